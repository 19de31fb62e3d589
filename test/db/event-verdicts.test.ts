import { randomUUID } from 'node:crypto';
import type { InvoiceRecord, PaymentAttemptRecord } from '../../activities/ports/records';
import { judge } from '../../worker/event-verdict';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
});
afterAll(() => ground.close());

const start = '2026-01-01T00:00:00.000Z';

/** An open invoice of 10.00, with an intent where one is named. */
async function billed(stripePaymentIntentId: string | null): Promise<InvoiceRecord> {
  const plan = await ground.plan({ amountMinor: 1000n });
  const invoice = await ground.bill(await ground.subscription(plan, start), plan);
  await ground.database.invoices.update({ stripePaymentIntentId }, { where: { id: invoice.id } });
  return ground.invoice(invoice.id);
}

const attempted = (
  { id: invoiceId, stripePaymentIntentId }: InvoiceRecord,
  attempt: Pick<PaymentAttemptRecord, 'number' | 'status' | 'stripeChargeId'>,
) =>
  ground.database.paymentAttempts.create({
    id: randomUUID(),
    invoiceId,
    stripePaymentIntentId,
    idempotencyKey: randomUUID(),
    amountMinor: 1000n,
    currency: 'usd',
    attemptedAt: start,
    ...attempt,
  });

/** What is said of an event that came in so many seconds ago. */
async function verdict(type: string, object: object, seconds = 0) {
  const event = { id: `evt_${randomUUID()}`, type, payload: { data: { object } } };
  await ground.database.webhookEvents.create({
    ...event,
    receivedAt: new Date(Date.now() - seconds * 1_000).toISOString(),
  });
  return judge(ground.database, event, { isLive: false });
}

const newIntent = () => `pi_${randomUUID().replaceAll('-', '')}`;

describe('a failure that Stripe tells of', () => {
  it('is news of the attempt that waits, whatever failed before without a charge', async () => {
    for (const status of ['requires_action', 'processing'] as const) {
      const id = newIntent();
      const invoice = await billed(id);
      await attempted(invoice, { number: 1, status: 'failed', stripeChargeId: null });
      await attempted(invoice, { number: 2, status, stripeChargeId: null });
      // Stripe's newer versions name no charge where none was made, its older ones never do.
      for (const object of [{ id, latest_charge: null }, { id }]) {
        const { say } = await verdict('payment_intent.payment_failed', object);
        expect([status, say]).toEqual([status, 'signal']);
      }
    }
  });

  it('is none where the books hold it', async () => {
    const id = newIntent();
    const invoice = await billed(id);
    await attempted(invoice, { number: 1, status: 'failed', stripeChargeId: 'ch_1' });
    const { say } = await verdict('payment_intent.payment_failed', { id, latest_charge: 'ch_1' });
    expect(say).toBe('done');
  });
});

describe('an intent that claims an invoice without one', () => {
  const told = (type: string, { id }: InvoiceRecord, seconds: number) =>
    verdict(type, { id: newIntent(), metadata: { invoice_id: id } }, seconds);

  it('is waited for while our own call may be making it', async () => {
    const invoice = await billed(null);
    expect((await told('payment_intent.payment_failed', invoice, 5)).say).toBe('later');
    expect((await told('payment_intent.succeeded', invoice, 5)).say).toBe('later');
  });

  it('is not waited for without end', async () => {
    const invoice = await billed(null);
    expect((await told('payment_intent.payment_failed', invoice, 3_600)).say).toBe('ignored');
    expect((await told('payment_intent.succeeded', invoice, 3_600)).say).toBe('signal');
  });
});

describe('a dispute', () => {
  it('is its payment’s though the event holds all of that, or names only the charge', async () => {
    const id = newIntent();
    const { subscriptionId } = await billed(id);
    const about = (object: object) =>
      verdict('charge.dispute.created', { id: 'du_1', charge: 'ch_1', ...object });
    expect(await about({ payment_intent: id })).toEqual({ say: 'signal', subscriptionId });
    expect(await about({ payment_intent: { id, object: 'payment_intent' } })).toEqual({
      say: 'signal',
      subscriptionId,
    });
    expect(await about({})).toEqual({ say: 'apply' });
    expect((await about({ payment_intent: null })).say).toBe('ignored');
  });
});
