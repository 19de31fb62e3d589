import type { EmailData } from '../templates/emails/schemas';
import { about } from './email-facts';
import { outstandingOf } from './outstanding';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/**
 * The name of the catching up that the invoice of `cycle` belongs to, if everything was down while
 * whole periods passed: those invoices, and the current period's after them, are told in one mail.
 */
export async function digestOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { cycle, currentCycle }: { cycle: number; currentCycle: number },
): Promise<string | undefined> {
  // A test clock visits every boundary in its time.
  if (subscription.testClockId !== null) return undefined;
  const name = `catch-up/${currentCycle}`;
  if (cycle < currentCycle) return name;
  const before = await unit.findInvoice({
    subscriptionId: subscription.id,
    reason: 'cycle',
    occasion: String(cycle - 1),
  });
  return before?.digest === name ? name : undefined;
}

/** Where nothing is charged, sent invoices and such as are paid already are told when the last is issued. */
export async function digestUncharged(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  digest: string,
): Promise<void> {
  const invoices = await unit.digestInvoices(subscription.id, digest);
  const charged = invoices.some(
    ({ status, collectionMethod }) =>
      status === 'open' && collectionMethod === 'charge_automatically',
  );
  if (!charged && !invoices.some(({ attemptCount }) => attemptCount > 0)) {
    await queueDigest(unit, subscription, plan, digest, []);
  }
}

/**
 * Charged ones are told once their charging has come to an end: all of them paid, or one declined, after
 * which the others wait. Whether the mail stands for the one about `invoice`.
 */
export async function digestCharged(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  invoice: InvoiceRecord,
  outcome: 'paid' | 'failed',
): Promise<boolean> {
  const { digest } = invoice;
  if (digest === null || invoice.collectionMethod === 'send_invoice') return false;
  // What is tried again days later is told by itself.
  if (invoice.attemptCount > 1) return false;
  const invoices = await unit.digestInvoices(subscription.id, digest);
  const left = invoices.filter(({ id, status }) => id !== invoice.id && status === 'open');
  if (outcome === 'failed' || left.length === 0) {
    const failed = outcome === 'failed' ? [invoice.id] : [];
    await queueDigest(unit, subscription, plan, digest, failed);
  }
  return true;
}

async function queueDigest(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  digest: string,
  failed: readonly string[],
): Promise<void> {
  const invoices = await unit.digestInvoices(subscription.id, digest);
  const facts = invoices.map((invoice) => digestFacts(invoice, failed.includes(invoice.id)));
  const sum = (amounts: bigint[]) => String(amounts.reduce((total, amount) => total + amount, 0n));
  await unit.queueEmail({
    kind: 'billing_digest',
    ...about(subscription, subscription.id, digest),
    data: {
      subscription_id: subscription.id,
      plan_name: plan.name,
      currency: plan.currency,
      total: sum(invoices.map(({ totalMinor }) => totalMinor)),
      amount_due: sum(
        invoices.filter(({ status }) => status === 'open').map((invoice) => outstandingOf(invoice)),
      ),
      invoices: facts,
    },
  });
}

function digestFacts(
  invoice: InvoiceRecord,
  failed: boolean,
): EmailData<'billing_digest'>['invoices'][number] {
  return {
    invoice_id: invoice.id,
    invoice_number: invoice.number ?? 'draft',
    total: String(invoice.totalMinor),
    amount_due: String(invoice.amountDueMinor),
    period_start: invoice.periodStart,
    period_end: invoice.periodEnd,
    due_at: invoice.dueAt,
    status: failed ? 'failed' : invoice.status === 'paid' ? 'paid' : 'open',
  };
}
