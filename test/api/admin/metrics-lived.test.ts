import type { Reply } from '../../support/api';
import { begin, couponWith, openStage, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
});
afterAll(() => stage.close());

it('a life of changes, pauses and coupons leads from nothing to today’s recurring revenue', async () => {
  const life = await begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
  });
  await life.post('change-plan', { plan_id: stage.plan('Pro month'), quantity: 2, when: 'now' });
  await life.advance('2026-05-10T00:00:00Z');
  await life.post('pause');
  await life.advance('2026-07-10T00:00:00Z');
  await life.post('resume');
  await life.advance('2026-07-11T00:00:00Z');
  await life.put('coupon', { coupon: await couponWith(stage) });
  await life.advance('2026-08-10T00:00:00Z');
  await life.post('change-plan', { plan_id: stage.plan('Pro year'), when: 'period_end' });
  await life.advance('2026-09-02T00:00:00Z');
  // As if it had happened in earnest.
  await stage.world.database.subscriptions.update(
    { testClockId: null },
    { where: { id: life.id } },
  );
  const { body } = await operator.get('metrics?months=24');
  const [{ mrr, months }] = body.currencies;
  const of = (month: string): Json => months.find((each: Json) => each.month === month);
  expect(of('2026-04')).toMatchObject({ new: { mrr: 1000 }, expansion: 3000, mrr_at_end: 4000 });
  expect(of('2026-05')).toMatchObject({ paused: 4000, mrr_at_end: 0 });
  expect(of('2026-07')).toMatchObject({ resumed: 4000, contraction: 2000, mrr_at_end: 2000 });
  // Half of 2 × 192 a year.
  expect(of('2026-09')).toMatchObject({ contraction: 400, mrr_at_end: 1600 });
  expect([mrr, months.at(-1).mrr_at_end]).toEqual([1600, 1600]);
});
