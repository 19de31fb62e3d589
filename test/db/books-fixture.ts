import { randomUUID } from 'node:crypto';
import type { InvoiceRecord } from '../../activities/ports/records';
import type { NewInvoiceLine, UnitOfWork } from '../../activities/ports/store';
import { createBillingStore } from '../../db/billing-store';
import { type Database } from '../../db/database';

export interface SoundBooks {
  userId: string;
  paid: InvoiceRecord;
  open: InvoiceRecord;
  voided: InvoiceRecord;
  uncollectible: InvoiceRecord;
  outOfBand: InvoiceRecord;
  /** Of the paid one: 2.40 to the balance and 1.20 to the card. */
  note: string;
}

const months = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'].map(
  (day) => `${day}T00:00:00.000Z`,
);
const month = (index: number) => months[index] ?? '';

/** Books with a little of everything, posted as the activities post it. */
export function keepSoundBooks(target: Database): Promise<SoundBooks> {
  return createBillingStore(target).transaction(async (unit) => {
    const userId = await customer(target, 'TEST');
    const subscriptionId = await subscription(target, unit, userId);
    const of = { userId, subscriptionId };
    const paid = await issue(unit, { ...of, occasion: '1', at: month(0), taxMinor: 200n });
    await pay(unit, paid, 'pi_paid');
    const note = await credit(unit, paid);
    await surplus(unit, paid, 'pi_surplus');
    await dispute(unit, paid, { id: 'du_open', amount: 300n, status: 'needs_response' });
    await dispute(unit, paid, { id: 'du_lost', amount: 200n, status: 'lost' });
    const open = await issue(unit, { ...of, occasion: '2', at: month(1), credit: 240n });
    await attempt(unit, open, { status: 'failed', intent: 'pi_open', amount: 760n });
    const voided = await issue(unit, { ...of, occasion: '3', at: month(2) });
    await close(unit, voided, 'void');
    const uncollectible = await issue(unit, {
      ...of,
      occasion: 'a',
      at: month(2),
      reason: 'manual',
    });
    await close(unit, uncollectible, 'uncollectible');
    const outOfBand = await issue(unit, { ...of, occasion: 'b', at: month(2), reason: 'manual' });
    await unit.updateInvoice(outOfBand, {
      status: 'paid',
      amountPaidMinor: 1000n,
      paidOutOfBand: true,
    });
    await post(unit, outOfBand, `payment/${outOfBand.id}`, 'payment_received', {
      bank: 1000n,
      receivable: -1000n,
    });
    return { userId, paid, open, voided, uncollectible, outOfBand, note };
  });
}

async function customer(target: Database, invoicePrefix: string): Promise<string> {
  const id = randomUUID();
  await target.users.create({
    id,
    email: `${id}@everbill.test`,
    passwordHash: 'none',
    invoicePrefix,
  });
  return id;
}

async function subscription(target: Database, unit: UnitOfWork, userId: string): Promise<string> {
  const plan = await target.plans.findOne({ rejectOnEmpty: true });
  const { id } = await unit.insertSubscription({
    id: randomUUID(),
    userId,
    planId: plan.get({ plain: true }).id,
    status: 'active',
    quantity: 1,
    collectionMethod: 'charge_automatically',
    timeZone: 'UTC',
    anchorAt: month(0),
    epochCycle: 1,
    cycle: 3,
    currentPeriodStart: month(2),
    currentPeriodEnd: month(3),
    trialEnd: null,
    expiresAt: null,
    testClockId: null,
    startedAt: month(0),
    exclusive: true,
  });
  for (const cycle of [1, 2, 3]) {
    await unit.recordCycle({
      subscriptionId: id,
      cycle,
      periodStart: month(cycle - 1),
      periodEnd: month(cycle),
      outcome: 'billed',
    });
  }
  return id;
}

type Postings = Parameters<UnitOfWork['postToLedger']>[0]['postings'];

const post = (
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  occasion: string,
  kind: string,
  postings: Postings,
) =>
  unit.postToLedger({
    occasion,
    kind,
    currency: invoice.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: invoice.issuedAt,
    postings,
  });

const lineOf = (periodStart: string, periodEnd: string, taxMinor: bigint): NewInvoiceLine => ({
  kind: 'period',
  planId: null,
  reversesLineId: null,
  taxes:
    taxMinor === 0n
      ? []
      : [
          {
            taxRateId: randomUUID(),
            name: 'VAT',
            percentage: '20',
            inclusive: false,
            amount: String(taxMinor),
          },
        ],
  description: 'Basic',
  quantity: 1,
  amountMinor: 1000n,
  discountMinor: 0n,
  taxMinor,
  proration: false,
  periodStart,
  periodEnd,
});

/** 10.00 net, with the exclusive tax that is given. */
async function issue(
  unit: UnitOfWork,
  given: {
    userId: string;
    subscriptionId: string;
    occasion: string;
    at: string;
    reason?: 'cycle' | 'manual';
    taxMinor?: bigint;
    credit?: bigint;
  },
): Promise<InvoiceRecord> {
  const { userId, subscriptionId, occasion, at, reason = 'cycle', taxMinor = 0n } = given;
  const creditAppliedMinor = given.credit ?? 0n;
  const totalMinor = 1000n + taxMinor;
  const end = months.find((each) => each > at) ?? at;
  const invoice = await unit.insertInvoice(
    {
      id: randomUUID(),
      userId,
      subscriptionId,
      reason,
      occasion,
      cycle: 1,
      number: await unit.takeInvoiceNumber(userId),
      status: 'open',
      collectionMethod: 'charge_automatically',
      currency: 'usd',
      subtotalMinor: 1000n,
      discountMinor: 0n,
      taxMinor,
      totalMinor,
      creditAppliedMinor,
      amountDueMinor: totalMinor - creditAppliedMinor,
      periodStart: at,
      periodEnd: end,
      issuedAt: at,
      dueAt: at,
    },
    [lineOf(at, end, taxMinor)],
  );
  await post(unit, invoice, `invoice/${invoice.id}`, 'invoice_issued', {
    receivable: totalMinor,
    revenue: -1000n,
    tax: -taxMinor,
  });
  if (creditAppliedMinor === 0n) return invoice;
  const invoiceId = invoice.id;
  await unit.addToBalance({
    userId,
    currency: 'usd',
    amountMinor: -creditAppliedMinor,
    kind: 'applied_to_invoice',
    occasion: `invoice/${invoiceId}`,
    invoiceId,
  });
  await post(unit, invoice, `balance/${invoiceId}`, 'balance_applied', {
    customer_balance: creditAppliedMinor,
    receivable: -creditAppliedMinor,
  });
  return invoice;
}

const attempt = (
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  { status, intent, amount }: { status: 'succeeded' | 'failed'; intent: string; amount: bigint },
) =>
  unit.insertAttempt({
    invoiceId: invoice.id,
    number: intent.length,
    status,
    idempotencyKey: randomUUID(),
    paymentMethodId: 'pm_1',
    stripePaymentIntentId: intent,
    stripeChargeId: null,
    amountMinor: amount,
    currency: invoice.currency,
    errorCode: null,
    declineCode: null,
    message: null,
    attemptedAt: invoice.issuedAt,
    settledAt: invoice.issuedAt,
  });

async function pay(unit: UnitOfWork, invoice: InvoiceRecord, intent: string): Promise<void> {
  const amount = invoice.amountDueMinor;
  await attempt(unit, invoice, { status: 'succeeded', intent, amount });
  await unit.updateInvoice(invoice, {
    status: 'paid',
    amountPaidMinor: amount,
    stripePaymentIntentId: intent,
  });
  await post(unit, invoice, `payment/${invoice.id}`, 'payment_received', {
    cash: amount,
    receivable: -amount,
  });
}

async function credit(unit: UnitOfWork, invoice: InvoiceRecord): Promise<string> {
  const [line] = await unit.linesOf(invoice.id);
  if (line === undefined) throw new Error('an invoice has a line');
  const note = await unit.insertCreditNote(
    {
      invoiceId: invoice.id,
      number: `${invoice.number}-CN1`,
      reason: 'requested',
      occasion: randomUUID(),
      currency: 'usd',
      netMinor: 300n,
      taxMinor: 60n,
      totalMinor: 360n,
      toBalanceMinor: 240n,
      toInvoiceMinor: 0n,
      toCardMinor: 120n,
      issuedAt: invoice.issuedAt,
    },
    [{ invoiceLineId: line.id, netMinor: 300n, taxMinor: 60n }],
  );
  const occasion = `credit-note/${note.id}`;
  const { userId, id: invoiceId } = invoice;
  await unit.addToBalance({
    userId,
    currency: 'usd',
    amountMinor: 240n,
    kind: 'credit_note',
    occasion,
    invoiceId,
  });
  await post(unit, invoice, occasion, 'credit_note_issued', {
    revenue: 300n,
    tax: 60n,
    customer_balance: -240n,
    suspense: -120n,
  });
  await unit.ensureRefund({
    invoiceId,
    userId,
    creditNoteId: note.id,
    stripePaymentIntentId: 'pi_paid',
    stripeRefundId: null,
    reason: 'credit_note',
    occasion,
    status: 'pending',
    amountMinor: 120n,
    currency: 'usd',
  });
  return note.id;
}

/** 9.00 that nothing was owed for came and went back. */
async function surplus(unit: UnitOfWork, invoice: InvoiceRecord, intent: string): Promise<void> {
  const amount = 900n;
  const occasion = `surplus/${intent}`;
  await attempt(unit, invoice, { status: 'succeeded', intent, amount });
  const refund = await unit.ensureRefund({
    invoiceId: invoice.id,
    userId: invoice.userId,
    stripePaymentIntentId: intent,
    stripeRefundId: 're_1',
    reason: 'surplus',
    occasion,
    status: 'succeeded',
    amountMinor: amount,
    currency: 'usd',
  });
  await post(unit, invoice, occasion, 'surplus_received', { cash: amount, suspense: -amount });
  await post(unit, invoice, `refund/${refund.id}`, 'surplus_refunded', {
    suspense: amount,
    cash: -amount,
  });
}

/** The bank has taken a part of the payment. */
async function dispute(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  { id, amount, status }: { id: string; amount: bigint; status: 'needs_response' | 'lost' },
): Promise<void> {
  await unit.saveDispute(
    {
      id,
      invoiceId: invoice.id,
      userId: invoice.userId,
      stripePaymentIntentId: 'pi_paid',
      stripeChargeId: 'ch_paid',
      amountMinor: amount,
      withdrawnMinor: amount,
      currency: invoice.currency,
      reason: 'fraudulent',
      status,
      evidenceDueAt: null,
      openedAt: invoice.issuedAt,
    },
    status === 'lost',
  );
  await post(unit, invoice, `dispute/${id}/txn_1`, 'dispute_withdrawn', {
    disputed: amount,
    cash: -amount,
  });
  if (status !== 'lost') return;
  await post(unit, invoice, `dispute-loss/${id}/1/lost`, 'dispute_lost', {
    dispute_losses: amount,
    disputed: -amount,
  });
}

async function close(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  status: 'void' | 'uncollectible',
): Promise<void> {
  await unit.updateInvoice(invoice, { status });
  if (status === 'void') {
    await post(unit, invoice, `void/${invoice.id}`, 'invoice_voided', {
      receivable: -1000n,
      revenue: 1000n,
    });
    return;
  }
  await post(unit, invoice, `write-off/${invoice.id}`, 'invoice_written_off', {
    write_off: 1000n,
    receivable: -1000n,
  });
}

/** A customer whose numbers look like a formula; when their invoice was issued. */
export function keepEvilInvoice(target: Database): Promise<string> {
  return createBillingStore(target).transaction(async (unit) => {
    const at = '2027-01-01T00:00:00.000Z';
    const userId = await customer(target, '=HYPERLINK("x")');
    const number = await unit.takeInvoiceNumber(userId);
    const invoice = await unit.insertInvoice(
      {
        id: randomUUID(),
        userId,
        subscriptionId: null,
        reason: 'manual',
        occasion: 'evil',
        cycle: null,
        number,
        status: 'open',
        collectionMethod: 'send_invoice',
        currency: 'usd',
        subtotalMinor: 1000n,
        discountMinor: 0n,
        taxMinor: 0n,
        totalMinor: 1000n,
        creditAppliedMinor: 0n,
        amountDueMinor: 1000n,
        periodStart: at,
        periodEnd: at,
        issuedAt: at,
        dueAt: at,
      },
      [lineOf(at, at, 0n)],
    );
    await post(unit, invoice, `invoice/${invoice.id}`, 'invoice_issued', {
      receivable: 1000n,
      revenue: -1000n,
    });
    return at;
  });
}
