import { z } from 'zod';
import { Customer } from '../faults/customers';
import { comeToRest } from '../faults/rest';
import { Truth } from '../faults/truth';
import { StackProcess } from '../support/stack';

const invoices = z.object({
  data: z.array(z.object({ period_start: z.string(), period_end: z.string(), status: z.string() })),
});

describe('Three years on a test clock', () => {
  let stack: StackProcess;
  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
  }, 120_000);
  afterAll(() => stack.dispose(), 90_000);

  it('pass on the running stack in one step, each month billed at its true boundary, once', async () => {
    const anchor = new Date('2023-12-31T18:30:00.000Z');
    const customer = await Customer.signUp({ api: stack.api, sandbox: stack.sandbox });
    const clock = await customer.clock(anchor);
    const subscribed = await customer.subscribe({ test_clock: clock });
    const began = performance.now();
    await customer.advance(clock, new Date('2026-12-31T18:30:00.000Z'));
    const milliseconds = Math.round(performance.now() - began);
    process.stdout.write(`three years on the running stack: ${milliseconds} ms\n`);

    const path = `/api/v1/invoices?subscription=${subscribed.id}&limit=100`;
    const { data } = invoices.parse((await customer.get(path)).body);
    const expected = Array.from({ length: 37 }, (_, month) => monthEnd(month));
    expect(data.map(({ period_start }) => period_start).toReversed()).toEqual(expected);
    expect(data.map(({ period_end }) => period_end).toReversed()).toEqual([
      ...expected.slice(1),
      monthEnd(37),
    ]);
    expect(new Set(data.map(({ status }) => status))).toEqual(new Set(['paid']));
    const truth = new Truth(stack);
    try {
      await comeToRest(truth, 30_000);
      const { userId } = customer;
      const promised = { story: 'three years', userId, cycles: 37, status: 'active' } as const;
      expect(await truth.findings([{ ...promised, subscriptionId: subscribed.id }])).toEqual([]);
    } finally {
      await truth.close();
    }
  }, 120_000);
});

/** The last day of a month, counted from December 2023, at 18:30 UTC. */
const monthEnd = (month: number) => new Date(Date.UTC(2023, 12 + month, 0, 18, 30)).toISOString();
