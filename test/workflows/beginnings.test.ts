import {
  advance,
  clockAt,
  invoicesOf,
  mailsOf,
  newCustomer,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';
import type { CreateRequest } from '../../workflows/messages';
import { cancelUpdate, subscriptionWorkflowId } from '../../workflows/messages';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterAll(() => world.close());

const now = '2026-02-27T00:00:00.000Z';
const withCard = { paymentMethodId: 'pm_card_visa' };

/** Subscribes on a clock of its own that stands at `at`. */
async function begin(request: Partial<CreateRequest>, at = now) {
  const testClockId = await clockAt(world, at);
  const { subscriptionId, outcome } = await subscribe(world, { testClockId, ...request });
  const id = subscriptionId;
  return {
    id,
    outcome,
    until: (to: string) => advance(world, testClockId, to),
    row: () => subscriptionRow(world, id),
    invoices: async () =>
      (await invoicesOf(world, id)).map(({ periodStart, periodEnd, totalMinor, status }) => [
        periodStart.slice(0, 10),
        periodEnd.slice(0, 10),
        Number(totalMinor),
        status,
      ]),
    mails: () => mailsOf(world, id),
  };
}

const refusalOf = ({ outcome }: { outcome: object }) =>
  'refused' in outcome ? outcome.refused : undefined;

describe('a trial', () => {
  it('is announced three days before its end, then billed', async () => {
    const plan = await planLike(world, 'basic_monthly', { trialDays: 14 });
    const story = await begin({ planId: plan.id, ...withCard }, '2026-03-01T09:00:00.000Z');
    await story.until('2026-03-12T08:59:59.000Z');
    expect(await story.mails()).not.toContain('trial_ending');
    await story.until('2026-03-12T09:00:00.000Z');
    expect(await story.mails()).toContain('trial_ending');
    await story.until('2026-03-15T09:00:00.000Z');
    expect(await story.invoices()).toEqual([['2026-03-15', '2026-04-15', 1000, 'paid']]);
    expect((await story.mails()).filter((kind) => kind === 'trial_ending')).toHaveLength(1);
  });

  it('of two days is announced when it begins', async () => {
    const plan = await planLike(world, 'basic_monthly', { trialDays: 2 });
    const story = await begin({ planId: plan.id, ...withCard });
    await story.until('2026-02-27T00:00:01.000Z');
    expect(await story.mails()).toContain('trial_ending');
  });

  it('without a card at its end opens the invoice, past due', async () => {
    const plan = await planLike(world, 'basic_monthly', {
      trialDays: 7,
      collectionMethod: 'charge_automatically',
    });
    const story = await begin({ planId: plan.id });
    expect((await story.row()).status).toBe('trialing');
    await story.until('2026-03-06T00:00:00.000Z');
    expect((await story.row()).status).toBe('past_due');
    expect(await story.invoices()).toEqual([['2026-03-06', '2026-04-06', 1000, 'open']]);
  });

  it('is had once, unless an operator grants another', async () => {
    const plan = await planLike(world, 'basic_monthly', { trialDays: 7 });
    const userId = await newCustomer(world);
    const first = await begin({ planId: plan.id, userId, ...withCard });
    await world.temporal.client.workflow
      .getHandle(subscriptionWorkflowId(first.id))
      .executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    const second = await begin({ planId: plan.id, userId, exclusive: false, ...withCard });
    expect((await second.row()).status).toBe('active');
    const third = await begin({
      planId: plan.id,
      userId,
      exclusive: false,
      terms: { trialDays: 3 },
      ...withCard,
    });
    expect((await third.row()).trialEnd).toBe('2026-03-02T00:00:00.000Z');
  });
});

describe('an explicit anchor', () => {
  const terms = { billingCycleAnchor: '2026-03-31T00:00:00.000Z' };

  it('after a trial begins with a stub, by the day', async () => {
    const plan = await planLike(world, 'basic_monthly', { amountMinor: 59_995n, proration: 'day' });
    const story = await begin(
      { planId: plan.id, terms: { ...terms, trialDays: 30 }, ...withCard },
      '2026-02-01T00:00:00.000Z',
    );
    await story.until('2026-04-30T00:00:00.000Z');
    expect(await story.invoices()).toEqual([
      // 28 of the 31 days from 28 February to 31 March.
      ['2026-03-03', '2026-03-31', 54_189, 'paid'],
      ['2026-03-31', '2026-04-30', 59_995, 'paid'],
      ['2026-04-30', '2026-05-31', 59_995, 'paid'],
    ]);
  });

  it('may leave the stub free', async () => {
    const story = await begin(
      { terms: { ...terms, chargeStub: false }, ...withCard },
      '2026-03-10T00:00:00.000Z',
    );
    await story.until('2026-03-31T00:00:00.000Z');
    expect(await story.invoices()).toEqual([
      ['2026-03-10', '2026-03-31', 0, 'paid'],
      ['2026-03-31', '2026-04-30', 1000, 'paid'],
    ]);
  });

  it.each([
    ['2026-02-26T00:00:00.000Z', 'anchor_in_past'],
    ['2026-04-15T00:00:00.000Z', 'anchor_too_far'],
    ['2326-04-15T00:00:00.000Z', 'anchor_too_far'],
  ])('at %s is refused as %s', async (billingCycleAnchor, code) => {
    expect(refusalOf(await begin({ terms: { billingCycleAnchor }, ...withCard }))).toMatchObject({
      code,
    });
  });
});

describe('a start in the future', () => {
  const startAt = '2026-04-10T12:00:00.000Z';

  it('owes nothing until then, and is billed from exactly that instant', async () => {
    const story = await begin({ terms: { startAt }, ...withCard });
    expect(await story.row()).toMatchObject({ status: 'incomplete', startsAt: startAt });
    await story.until('2026-04-10T11:59:59.000Z');
    expect([await story.invoices(), (await story.row()).status]).toEqual([[], 'incomplete']);
    await story.until('2026-05-10T12:00:00.000Z');
    expect((await story.row()).status).toBe('active');
    expect(await story.invoices()).toEqual([
      ['2026-04-10', '2026-05-10', 1000, 'paid'],
      ['2026-05-10', '2026-06-10', 1000, 'paid'],
    ]);
  });

  it('with a trial begins with it', async () => {
    const story = await begin({ terms: { startAt, trialDays: 10 }, ...withCard });
    await story.until(startAt);
    expect(await story.row()).toMatchObject({
      status: 'trialing',
      trialEnd: '2026-04-20T12:00:00.000Z',
    });
    await story.until('2026-04-20T12:00:00.000Z');
    expect(await story.invoices()).toEqual([['2026-04-20', '2026-05-20', 1000, 'paid']]);
  });

  it('that was canceled before never comes', async () => {
    const story = await begin({ terms: { startAt }, ...withCard });
    const handle = world.temporal.client.workflow.getHandle(subscriptionWorkflowId(story.id));
    await handle.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    await story.until('2026-06-10T12:00:00.000Z');
    expect([await story.invoices(), (await story.row()).status]).toEqual([
      [],
      'incomplete_expired',
    ]);
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });

  it('whose charge then declines is tried again like a renewal', async () => {
    const story = await begin({
      terms: { startAt, collectionMethod: 'charge_automatically' },
    });
    await story.until(startAt);
    expect((await story.row()).status).toBe('past_due');
  });

  it.each(['2026-02-26T00:00:00.000Z', '2126-02-26T00:00:00.000Z'])('not at %s', async (at) => {
    expect(refusalOf(await begin({ terms: { startAt: at }, ...withCard }))).toMatchObject({
      code: 'start_at_invalid',
    });
  });
});
