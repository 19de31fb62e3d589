import type { InvoiceQuote } from '../../activities/ports/quotes';
import type { InvoiceRecord } from '../../activities/ports/records';
import type { SubscriptionView } from '../queries/subscriptions';
import { localDay, moneyOf } from './facts';
import { asMinorUnits } from './money';
import { nextEvent, type NextEventType } from './next-event';

/** Whether the next thing is a boundary whose invoice can be reckoned ahead. */
export function bringsInvoice(view: SubscriptionView): boolean {
  const type = nextEvent(view)?.type;
  return type === 'renewal' || type === 'trial_end' || type === 'start';
}

/**
 * What comes next for a subscription, in plain English with its amount; null when nothing will by
 * itself.
 * @param upcoming the invoice that it brings, where that is known
 */
export function tellNext(view: SubscriptionView, upcoming?: InvoiceQuote) {
  const next = nextEvent(view);
  if (next === undefined) return null;
  const { subscription, plan } = view;
  const day = localDay(next.at, subscription.timeZone);
  const sum = next.invoice === undefined ? upcomingSum(upcoming) : invoiceSum(next.invoice);
  const invoice = `invoice ${next.invoice?.number ?? ''}`.trim();
  const owed = sum === undefined ? '' : moneyOf(sum.minor, sum.currency);
  const sent = subscription.collectionMethod === 'send_invoice';
  const cost =
    sum === undefined
      ? ''
      : sum.minor === 0n
        ? ', with nothing due'
        : sent
          ? `, with an invoice over ${owed}`
          : `, and ${owed} is charged`;
  const texts: Record<NextEventType, string> = {
    start: `It starts on ${day}${cost}.`,
    trial_ending: `The customer is told on ${day} that the trial ends.`,
    trial_end: `The trial ends on ${day}${cost}.`,
    renewal: `It renews on ${day}${cost}.`,
    cycle_skipped: `It is paused: nothing is billed when the period ends on ${day}.`,
    resume: `It resumes on ${day}.`,
    cancellation: `It ends on ${day}.`,
    expiration: `It is given up if the first payment is not made by ${day}.`,
    change_expiration: `The change is given up if it is not paid by ${day}.`,
    payment_attempt:
      next.invoice?.collectionMethod === 'send_invoice'
        ? `From ${day} on ${invoice} over ${owed} can be paid.`
        : `${owed} for ${invoice} is charged on ${day}.`,
    payment_reminder: `The customer is reminded on ${day} of ${invoice} over ${owed}.`,
    invoice_overdue: `If it is not paid by then, ${invoice} over ${owed} is overdue on ${day}.`,
    final_action: `If ${invoice} over ${owed} is not paid by ${day}, the plan’s final action comes: ${plan.dunning.finalAction.replaceAll('_', ' ')}.`,
  };
  return {
    type: next.type,
    at: next.at,
    text: texts[next.type],
    invoice: next.invoice?.id ?? null,
    amount_due: sum === undefined ? null : asMinorUnits(sum.minor),
    currency: sum?.currency ?? null,
  };
}

interface Sum {
  minor: bigint;
  currency: string;
}

function upcomingSum(quote: InvoiceQuote | undefined): Sum | undefined {
  return quote && { minor: quote.amountDueMinor, currency: quote.currency };
}

/** What is left to be paid of it. */
function invoiceSum(invoice: InvoiceRecord): Sum {
  const { amountDueMinor, amountPaidMinor, amountCreditedMinor, currency } = invoice;
  return { minor: amountDueMinor - amountPaidMinor - amountCreditedMinor, currency };
}
