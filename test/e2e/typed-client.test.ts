import { randomUUID } from 'node:crypto';
import { createEverbillClient, type ApiObject, type EverbillClient } from '../../client';
import { openStage, type Stage } from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
}, 120_000);
afterAll(() => stage.close());

/** What was answered, where it had to go well. */
function got<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(`Refused: ${JSON.stringify(error)}`);
  return data;
}

/** Somebody with an account, logged in. */
async function newCustomer(): Promise<EverbillClient> {
  let access: string | undefined;
  const client = createEverbillClient({ url: stage.api.url, token: () => access });
  const body = {
    name: 'Tilda Typed',
    email: `${randomUUID()}@everbill.test`,
    password: 'correct horse battery',
  };
  ({ access } = got(await client.POST('/api/users/signup/', { body })));
  return client;
}

async function monthly(client: EverbillClient, name: string): Promise<ApiObject<'Plan'>> {
  const { data } = got(await client.GET('/api/v1/plans', { params: { query: { limit: 100 } } }));
  const plan = data.find(
    (each) => each.name === name && each.interval === 'month' && each.interval_count === 1,
  );
  if (plan === undefined) throw new Error(`There is no plan ${name}.`);
  return plan;
}

describe('The typed client', () => {
  it('signs a customer up, subscribes, pays, upgrades and cancels', async () => {
    const client = await newCustomer();
    const [basic, pro] = [await monthly(client, 'Basic'), await monthly(client, 'Pro')];

    const subscribed = got(
      await client.POST('/api/v1/subscriptions', { body: { plan_id: basic.id } }),
    );
    expect([subscribed.status, subscribed.collection_method]).toEqual(['active', 'send_invoice']);
    const path = { id: subscribed.id };

    const invoices = () =>
      client.GET('/api/v1/invoices', { params: { query: { subscription: subscribed.id } } });
    const [sent] = got(await invoices()).data;
    expect([sent?.status, sent?.amount_due]).toEqual(['open', basic.amount]);
    const card = { payment_method_id: 'pm_card_visa' };
    got(await client.POST('/api/v1/payment-methods', { body: card }));
    const paid = got(
      await client.POST('/api/v1/invoices/{id}/pay', {
        params: { path: { id: sent?.id ?? '' } },
        body: {},
      }),
    );
    expect([paid.status, paid.amount_paid]).toEqual(['paid', basic.amount]);

    const change = { plan_id: pro.id, when: 'now' } as const;
    const preview = got(
      await client.POST('/api/v1/subscriptions/{id}/preview-change', {
        params: { path },
        body: change,
      }),
    );
    expect(preview.total).toBe(pro.amount - basic.amount);
    const changed = got(
      await client.POST('/api/v1/subscriptions/{id}/change-plan', {
        params: { path },
        body: { ...change, proration_date: preview.proration_date },
      }),
    );
    expect(changed.pending_change ?? changed.plan.name).not.toBe('Basic');

    const canceled = got(
      await client.POST('/api/v1/subscriptions/{id}/cancel', {
        params: { path },
        body: { at_period_end: false },
      }),
    );
    expect(canceled.status).toBe('canceled');
  });

  it('gives a refusal as a value, with its code', async () => {
    const client = await newCustomer();
    const { data, error, response } = await client.GET('/api/v1/subscriptions/{id}', {
      params: { path: { id: randomUUID() } },
    });
    expect({ data, status: response.status, code: error?.code }).toEqual({
      data: undefined,
      status: 404,
      code: 'not_found',
    });
  });

  it('does not let a wrong call be written', async () => {
    const client = await newCustomer();
    // @ts-expect-error: there is no such path.
    const nowhere = await client.GET('/api/v1/subscription');
    expect(nowhere.response.status).toBe(404);
    // @ts-expect-error: a quantity is a number.
    const wrong = await client.POST('/api/v1/subscriptions', { body: { quantity: '1' } });
    expect(wrong.response.status).toBe(400);
  });
});
