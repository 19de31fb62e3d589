import { outstandingOf } from '../../../billing/invoice';
import { formatsFor, type Formats } from '../../../templates/emails/formats';
import { failureReason } from '../../../templates/emails/failure-reasons';
import type {
  PayForm,
  PayPage,
  PayProblemPage,
  Seller,
} from '../../../templates/pages/render-page';
import type { Payment } from '../../commands/hosted-payment';
import { taxesOf } from '../../presenters/taxes';
import type { HostedInvoice } from '../../queries/hosted-invoice';

/** How soon the page looks again by itself, where it waits for something. */
const refreshSeconds = 3;

/** An invoice and how paying it stands, in words for its customer. */
export function payPage(
  hosted: HostedInvoice,
  payment: Payment,
  { seller, pay }: { seller: Seller; pay: PayForm },
): PayPage {
  const { invoice, user } = hosted;
  const formats = formatsFor(user);
  const money = (minor: bigint) => formats.money(String(minor), invoice.currency);
  const number = invoice.number ?? '';
  const standing = standingOf(hosted, payment, formats);
  const waits = payment.state === 'received' || payment.state === 'preparing';
  return {
    title: `${standing.label}: invoice ${number} from ${seller.name}`,
    seller,
    number,
    state: standing,
    amount: money(standing.amount),
    caption: standing.caption,
    problem: problemOf(payment),
    pay,
    facts: factsOf(hosted, formats),
    lines: linesOf(hosted, formats),
    totals: totalsOf(hosted, money),
    timeZone: formats.timeZone,
    ...(waits ? { refreshSeconds } : {}),
  };
}

/** What the button says, and what paying agrees to. */
export function payWords(
  { invoice, user, chargedAutomatically }: HostedInvoice,
  seller: Seller,
): { words: string; consent: string | undefined } {
  const amount = formatsFor(user).money(String(outstandingOf(invoice)), invoice.currency);
  return {
    words: `Pay ${amount}`,
    consent: chargedAutomatically
      ? `By paying you allow ${seller.name} to charge this card for your subscription from now on, until you cancel.`
      : undefined,
  };
}

type Standing = PayPage['state'] & { amount: bigint; caption: string };

function standingOf(hosted: HostedInvoice, payment: Payment, formats: Formats): Standing {
  const { invoice } = hosted;
  const outstanding = outstandingOf(invoice);
  const ofInvoice = `Invoice ${invoice.number ?? ''}`;
  switch (payment.state) {
    case 'settled':
      return settled(hosted, formats);
    case 'received':
      return {
        tone: 'good',
        label: 'Payment received',
        sentences: ['Thank you. Your payment is being booked; this page shows it in a moment.'],
        amount: outstanding,
        caption: ofInvoice,
      };
    case 'processing':
      return {
        tone: 'attention',
        label: 'Payment under way',
        sentences: [
          'Your bank is working on your payment, which can take a few days. There is nothing to do: we write to you once we know.',
        ],
        amount: outstanding,
        caption: ofInvoice,
      };
    case 'preparing':
    case 'unreachable':
    case 'payable':
      return { ...payable(hosted, payment.state, formats), amount: outstanding };
  }
}

function settled({ invoice }: HostedInvoice, { at, money }: Formats): Standing {
  const amountOf = (minor: bigint) => money(String(minor), invoice.currency);
  if (invoice.status === 'void') {
    return {
      tone: 'plain',
      label: 'Withdrawn',
      sentences: ['This invoice was withdrawn. There is nothing to pay.'],
      amount: 0n,
      caption: 'nothing to pay',
    };
  }
  const refunded = invoice.amountRefundedMinor;
  const paidAt = invoice.paidAt ?? invoice.closedAt;
  return {
    tone: 'good',
    label: 'Paid',
    sentences: [
      ...(invoice.amountPaidMinor === 0n
        ? ['Nothing was left to pay.']
        : [`Paid${paidAt === null ? '' : ` on ${at(paidAt)}`}. Thank you.`]),
      ...(refunded > 0n ? [`${amountOf(refunded)} of it went back to you.`] : []),
    ],
    amount: invoice.amountPaidMinor,
    caption: `paid of invoice ${invoice.number ?? ''}`,
  };
}

function payable(
  { invoice, chargedAutomatically }: HostedInvoice,
  state: 'preparing' | 'unreachable' | 'payable',
  { at }: Formats,
): Omit<Standing, 'amount'> {
  const isOverdue =
    invoice.overdueAt !== null ||
    invoice.firstFailedAt !== null ||
    invoice.status === 'uncollectible';
  const sentences = {
    preparing: ['The payment is being prepared; this page shows it in a moment.'],
    unreachable: ['Payments can’t be reached at the moment. Please try again in a few minutes.'],
    payable: [],
  };
  const again =
    chargedAutomatically && invoice.firstFailedAt !== null && invoice.nextAttemptAt !== null
      ? [`If you don’t pay here, we try your saved card again on ${at(invoice.nextAttemptAt)}.`]
      : [];
  return {
    tone: isOverdue ? 'urgent' : 'plain',
    label: isOverdue ? 'Past due' : 'To be paid',
    sentences: [...sentences[state], ...again],
    caption: isOverdue ? `was due on ${at(invoice.dueAt)}` : `due on ${at(invoice.dueAt)}`,
  };
}

/** Why the last try did not go through, where the customer can try again. */
function problemOf(payment: Payment): string | undefined {
  if (payment.state !== 'payable') return undefined;
  const { decline, status } = payment.intent;
  if (decline === null || status !== 'requires_payment_method') return undefined;
  const { what, advice } = failureReason(decline.declineCode ?? decline.code);
  return `The last payment did not go through. ${what} ${advice}`;
}

function factsOf({ invoice }: HostedInvoice, { at, day }: Formats): PayPage['facts'] {
  return [
    { label: 'Issued', value: at(invoice.issuedAt) },
    ...(invoice.status === 'open' ? [{ label: 'Due', value: at(invoice.dueAt) }] : []),
    { label: 'Period', value: `${day(invoice.periodStart)} – ${day(invoice.periodEnd)}` },
  ];
}

function linesOf({ invoice, lines }: HostedInvoice, { day, money }: Formats): PayPage['lines'] {
  return lines.map((line) => {
    const period =
      line.periodStart === invoice.periodStart && line.periodEnd === invoice.periodEnd
        ? undefined
        : `${day(line.periodStart)} – ${day(line.periodEnd)}`;
    return {
      description: line.description,
      detail: line.kind === 'item' ? undefined : period,
      amount: money(String(line.amountMinor), invoice.currency),
    };
  });
}

/** From the lines to what is to be paid, leaving out what is zero. */
function totalsOf(
  { invoice, lines, coupon, creditNotes }: HostedInvoice,
  money: (minor: bigint) => string,
): PayPage['totals'] {
  const row = (label: string, minor: bigint) =>
    minor === 0n ? [] : [{ label, amount: money(minor) }];
  const taxes = taxesOf(lines).map(({ name, percentage, inclusive, sum }) => ({
    label: `${inclusive ? 'including ' : ''}${name} ${percentage} %`,
    sum,
  }));
  const credited = creditNotes
    .filter(({ toInvoiceMinor }) => toInvoiceMinor !== 0n)
    .map(({ number }) => number);
  const plain = invoice.subtotalMinor === invoice.totalMinor && taxes.length === 0;
  const outstanding = invoice.status === 'void' ? 0n : outstandingOf(invoice);
  return [
    ...(plain ? [] : row('Subtotal', invoice.subtotalMinor)),
    ...row(
      coupon === undefined ? 'Discount' : `Discount (${coupon.coupon.name})`,
      -invoice.discountMinor,
    ),
    ...taxes.flatMap(({ label, sum }) => row(label, sum)),
    { label: 'Total', amount: money(invoice.totalMinor), sum: true },
    ...row(
      invoice.creditAppliedMinor > 0n ? 'From your balance' : 'Carried over from earlier',
      -invoice.creditAppliedMinor,
    ),
    ...row(`Credit note ${credited.join(', ')}`, -invoice.amountCreditedMinor),
    ...row('Carried to your next invoice', -invoice.amountCarriedMinor),
    ...row('Paid', -invoice.amountPaidMinor),
    ...(outstanding === invoice.totalMinor
      ? []
      : [{ label: 'To pay', amount: money(outstanding), sum: true }]),
  ];
}

/** Why nothing is shown: nothing is said of whether there is such an invoice. */
export const problemPages = {
  unknown: {
    title: 'This link does not work',
    tone: 'plain',
    label: 'Not found',
    heading: 'This link does not work',
    sentences: [
      'It is not complete, or it was never right. Please open it from the mail again, or copy all of it.',
    ],
  },
  expired: {
    title: 'This link has expired',
    tone: 'attention',
    label: 'Expired',
    heading: 'This link has expired',
    sentences: [
      'Links to invoices work for 90 days. A newer mail about the invoice has a newer link; or sign in to see your invoices.',
    ],
  },
  unavailable: {
    title: 'Please try again in a minute',
    tone: 'attention',
    label: 'Not available',
    heading: 'Please try again in a minute',
    sentences: ['We can’t show your invoice at the moment. Nothing that you have done is lost.'],
  },
} satisfies Record<string, Omit<PayProblemPage, 'seller'>>;
