import { setTimeout as sleep } from 'node:timers/promises';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { StackProcess } from '../support/stack';
import { Customer } from './customers';
import { comeToRest } from './rest';
import { Truth } from './truth';

const day = 86_400_000;

/** How long after the start something that is late may take. Milliseconds. */
const atOnce = 10_000;

describe('What fell due while everything was down', () => {
  let stack: StackProcess;
  let truth: Truth;
  /** Later today, for real: everything below is arranged to fall due at this instant. */
  let due: Date;
  let backAt: number;

  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
    truth = new Truth(stack);
    due = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 25_000);
    await Promise.all([renewing(), reminded(), overdue(), retried(), forgotten()]);
    if (Date.now() > due.getTime() - 500) throw new Error('The machine is too slow for this test.');
    await stack.killEverything();
    await sleep(due.getTime() + 2_000 - Date.now());
    await stack.start();
    backAt = Date.now();
    await comeToRest(truth, atOnce);
  }, 180_000);

  afterAll(async () => {
    await truth.close();
    await stack.dispose();
  }, 90_000);

  it('a renewal happens at once, at its true boundary', async () => {
    const last = (await invoicesOf(ids.renewing)).at(-1);
    expect(last).toMatchObject({ status: 'paid', periodStart: due.toISOString() });
    expect(promptly(last?.createdAt)).toBe(true);
  });

  it('a reminder goes out at once, and once', async () => {
    const reminders = (await mailsOf(ids.reminded)).filter(
      ({ kind }) => kind === 'payment_reminder',
    );
    expect(reminders).toMatchObject([{ status: 'sent' }]);
    expect(promptly(reminders[0]?.sentAt)).toBe(true);
  });

  it('an unpaid invoice becomes overdue at once', async () => {
    const [invoice] = await invoicesOf(ids.overdue);
    expect(invoice?.status).toBe('open');
    expect(promptly(invoice?.overdueAt)).toBe(true);
    expect((await row(ids.overdue)).status).toBe('past_due');
  });

  it('a declined payment is tried again at once, and the subscription is active again', async () => {
    const invoices = await invoicesOf(ids.retried);
    expect(invoices.filter(({ status }) => status !== 'paid')).toEqual([]);
    expect(invoices.at(-1)?.attemptCount).toBe(2);
    expect(promptly(invoices.at(-1)?.paidAt)).toBe(true);
    expect((await row(ids.retried)).status).toBe('active');
  });

  it('a subscription whose workflow was lost catches up on every cycle, in order', async () => {
    const invoices = await invoicesOf(ids.forgotten);
    const { months } = monthsBefore(due, 2);
    expect(invoices.map(({ occasion, status }) => `${occasion} ${status}`)).toEqual(
      Array.from({ length: months + 1 }, (_, index) => `${index + 1} paid`),
    );
    expect(invoices.at(-1)?.periodStart).toBe(due.toISOString());
    expect(promptly(invoices.at(-1)?.paidAt)).toBe(true);
  });

  it('nothing of it is in the books twice, and no money was taken but for it', async () => {
    const findings = await truth.findings([]);
    // The overdue invoice and the reminded one are open, as they should be.
    expect(findings.filter((line) => !/^invoice .* is open$/.test(line))).toEqual([]);
  });

  const ids = { renewing: '', reminded: '', overdue: '', retried: '', forgotten: '' };

  async function renewing(): Promise<void> {
    const { customer, clock } = await at(monthsBefore(due, 1).start);
    const { id } = await customer.subscribe({ test_clock: clock });
    await customer.advance(clock, new Date(due.getTime() - day));
    ids.renewing = await toRealTime(id);
  }

  async function reminded(): Promise<void> {
    const { customer, clock } = await at(new Date(due.getTime() - 3 * day));
    ids.reminded = await toRealTime(await sentInvoice(customer, clock));
  }

  async function overdue(): Promise<void> {
    const { customer, clock } = await at(new Date(due.getTime() - 7 * day));
    const id = await sentInvoice(customer, clock);
    await customer.advance(clock, new Date(due.getTime() - day / 2));
    ids.overdue = await toRealTime(id);
  }

  async function retried(): Promise<void> {
    const renewal = new Date(due.getTime() - day);
    const { customer, clock } = await at(monthsBefore(renewal, 1).start);
    const { id } = await customer.subscribe({ test_clock: clock });
    await customer.advance(clock, new Date(renewal.getTime() - day));
    await customer.cardBecomes('pm_card_chargeCustomerFail');
    await customer.advance(clock, new Date(due.getTime() - day / 2));
    await customer.cardBecomes('pm_card_visa');
    ids.retried = await toRealTime(id);
  }

  /** Its workflow is lost altogether; the sweep finds out that nobody acts on it. */
  async function forgotten(): Promise<void> {
    const { customer, clock } = await at(monthsBefore(due, 2).start);
    const { id } = await customer.subscribe({ test_clock: clock });
    await offTheClock(id);
    ids.forgotten = id;
  }

  async function at(instant: Date): Promise<{ customer: Customer; clock: string }> {
    const customer = await Customer.signUp(stack);
    return { customer, clock: await customer.clock(instant) };
  }

  async function sentInvoice(customer: Customer, clock: string): Promise<string> {
    const plan_id = await customer.plan();
    const { id } = await customer.subscribe({
      plan_id,
      test_clock: clock,
      payment_method_id: undefined,
    });
    return id;
  }

  /** From here on it lives by the real time: so its next instant is a real one. */
  async function toRealTime(id: string): Promise<string> {
    await offTheClock(id);
    await rebuildWorkflow(truth.temporal, id);
    return id;
  }

  async function offTheClock(id: string): Promise<void> {
    await truth.temporal.client.workflow.getHandle(subscriptionWorkflowId(id)).terminate();
    await truth.database.subscriptions.update({ testClockId: null }, { where: { id } });
  }

  async function row(id: string) {
    const found = await truth.database.subscriptions.findByPk(id, { rejectOnEmpty: true });
    return found.get({ plain: true });
  }

  async function invoicesOf(subscriptionId: string) {
    const rows = await truth.database.invoices.findAll({
      where: { subscriptionId },
      order: [['periodStart', 'ASC']],
    });
    return rows.map((invoice) => invoice.get({ plain: true }));
  }

  async function mailsOf(subscriptionId: string) {
    const rows = await truth.database.emails.findAll({ where: { subscriptionId } });
    return rows.map((mail) => mail.get({ plain: true }));
  }

  function promptly(instant: string | null | undefined): boolean {
    const when = Date.parse(instant ?? '');
    return when >= due.getTime() && when < backAt + atOnce;
  }
});

/**
 * Where a monthly subscription begins that renews at `instant`: at least so many months before it, and in
 * a month that has such a day, for the 31st of a short month is another one's boundary.
 */
function monthsBefore(instant: Date, atLeast: number): { start: Date; months: number } {
  const start = new Date(instant);
  start.setUTCMonth(instant.getUTCMonth() - atLeast);
  if (start.getUTCDate() === instant.getUTCDate()) return { start, months: atLeast };
  return monthsBefore(instant, atLeast + 1);
}
