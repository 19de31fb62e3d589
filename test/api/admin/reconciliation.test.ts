import { randomUUID } from 'node:crypto';
import type { Reply } from '../../support/api';
import { eventually } from '../../support/customers';
import { begin, openStage, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
  await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: stage.plan('Basic month') });
});
afterAll(() => stage.close());

const overview = async (): Promise<Json> => (await operator.get('reconciliation')).body;

async function found(changes: object = {}): Promise<string> {
  const id = randomUUID();
  const now = new Date().toISOString();
  await stage.world.database.discrepancies.create({
    id,
    kind: 'payment_differs',
    stripeObject: `pi_${id}`,
    details: { stripe: { amount: '1000' } },
    status: 'open',
    foundAt: now,
    seenAt: now,
    ...changes,
  });
  return id;
}

describe('comparing Stripe’s books with ours', () => {
  it('can be asked for at any time, once under one key', async () => {
    const ask = (key: string) =>
      operator.post('reconciliation', { reason: 'month’s end' }, { 'Idempotency-Key': key });
    const replies = await Promise.all([ask('one'), ask('one'), ask('two')]);
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202]);
    const [one, again, two] = replies.map(({ body }) => body.id);
    expect(again).toBe(one);
    expect(two).not.toBe(one);
    const run = await eventually('it is over', async () => {
      const { runs } = await overview();
      const asked = runs.find(({ id }: Json) => id === one);
      return asked.finished_at === null ? undefined : asked;
    });
    expect(run).toMatchObject({ healed: 0, flagged: 0 });
    expect(Date.parse(run.to) - Date.parse(run.from)).toBe(3 * 86_400_000);
    expect(Date.parse(run.started_at) - Date.parse(run.to)).toBeGreaterThan(590_000);
    expect((await ask('one')).body).toEqual(replies[0]?.body);
    const log = await operator.get(`audit-log?object=reconciliation/${one}`);
    expect(log.body.data).toEqual([
      expect.objectContaining({ action: 'reconciliation.start', reason: 'month’s end' }),
    ]);
  });

  it('shows what differs, and lists what did', async () => {
    const [open, healed] = [await found(), await found({ status: 'healed' })];
    const shown = await overview();
    expect(shown.open).toBe(1);
    expect(shown.discrepancies.map(({ id }: Json) => id)).toEqual([open]);
    const { body } = await operator.get('discrepancies?limit=1');
    expect(body).toMatchObject({ data: [{ id: healed, status: 'healed' }], has_more: true });
    const next = await operator.get(`discrepancies?limit=5&starting_after=${healed}`);
    expect(next.body).toMatchObject({ data: [{ id: open }], has_more: false });
    const byStatus = await operator.get('discrepancies?status=open');
    expect(byStatus.body.data).toEqual(shown.discrepancies);
    const unknown = await operator.get(`discrepancies?starting_after=${randomUUID()}`);
    expect(unknown.status).toBe(400);
  });

  it('what an operator can explain is closed with the reason, once', async () => {
    const id = await found();
    const resolve = (reason?: string) =>
      operator.post(`discrepancies/${id}/resolve`, reason === undefined ? {} : { reason });
    expect((await resolve()).status).toBe(400);
    const [first, second] = [await resolve('a test of Stripe’s'), await resolve('again')];
    expect([first.status, first.body.status]).toEqual([200, 'resolved']);
    expect(second.body).toEqual(first.body);
    const log = await operator.get(`audit-log?object=discrepancy/${id}`);
    expect(log.body.data).toEqual([
      expect.objectContaining({ action: 'discrepancy.resolve', reason: 'a test of Stripe’s' }),
    ]);
    const healed = await found({ status: 'healed' });
    const late = await operator.post(`discrepancies/${healed}/resolve`, { reason: 'x' });
    expect([late.status, late.body.code]).toEqual([409, 'discrepancy_healed']);
    const unknown = await operator.post(`discrepancies/${randomUUID()}/resolve`, { reason: 'x' });
    expect(unknown.status).toBe(404);
  });
});
