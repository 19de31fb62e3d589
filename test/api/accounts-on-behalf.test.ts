import { randomUUID } from 'node:crypto';
import { openStage, type Stage } from '../support/story';
import { newOperator, type Operator } from './admin/operators';

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
});
afterAll(() => stage.close());

const keyWith = async (...scopes: string[]): Promise<string> =>
  (await stage.api.post('/api/v1/auth/api-keys', { name: 'CRM', scopes }, operator.access)).body
    .key;

describe('a backend with an API key', () => {
  it('brings a customer, subscribes them, and finds both by its own ids', async () => {
    const token = await keyWith('users:write', 'subscriptions:write');
    const call = (method: string, path: string, body?: object) =>
      stage.api.call(method, `/api/v1/admin/${path}`, {
        token,
        ...(body === undefined ? {} : { body }),
      });
    const email = `${randomUUID()}@example.com`;
    const ours = randomUUID();
    const user = await call('POST', 'users', { email, name: 'Paula', external_id: `c-${ours}` });
    expect(user.status).toBe(201);
    const external_id = `s-${ours}`;
    const metadata = { contract: '4711/β' };
    const made = await call('POST', 'subscriptions', {
      user_id: user.body.id,
      plan_id: stage.plan('Basic month'),
      payment_method_id: 'pm_card_visa',
      external_id,
      metadata,
      reason: 'Ordered in our shop',
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      { user: user.body.id, status: 'active', external_id, metadata },
    ]);
    const { id } = made.body;
    const found = await call('GET', `subscriptions?external_id=${external_id}`);
    expect(found.body.data.map((each: { id: string }) => each.id)).toEqual([id]);

    const noted = await call('PATCH', `subscriptions/${id}`, {
      external_id: `t-${ours}`,
      metadata: { contract: null, seat: 'window' },
    });
    expect([noted.status, noted.body]).toMatchObject([
      200,
      { external_id: `t-${ours}`, metadata: { seat: 'window' }, status: 'active' },
    ]);
    expect(noted.body.metadata).toEqual({ seat: 'window' });
    expect((await call('GET', `subscriptions?external_id=${external_id}`)).body.data).toEqual([]);
    const log = await operator.get(`audit-log?object=subscription/${id}`);
    expect(log.body.data).toMatchObject([
      {
        action: 'subscription.note',
        actor: operator.id,
        api_key: expect.any(String),
        after: { changed: ['externalId', 'metadata'] },
      },
    ]);
    // Words of people are in the database only.
    const history = await stage.world.temporal.within(10_000, ({ workflow }) =>
      workflow.getHandle(`subscription/${id}`).fetchHistory(),
    );
    expect(JSON.stringify(history)).not.toMatch(/4711/);
    expect((await call('GET', `invoices`)).status).toBe(403);
  });

  it('is told what it can’t note', async () => {
    const missing = await operator.call('PATCH', `subscriptions/${randomUUID()}`, {});
    expect(missing.status).toBe(404);
    const wrong = await operator.call('PATCH', `subscriptions/${randomUUID()}`, { status: 'x' });
    expect(wrong.status).toBe(400);
  });
});
