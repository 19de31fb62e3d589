import type Stripe from 'stripe';
import { invalidRequest } from '../errors';
import { emit } from '../events';
import { saveIntent } from '../payments/charge';
import { confirmPayment } from '../payments/confirm-payment';
import { blankIntent } from '../payments/intent-object';
import { findInvoice, findPaymentIntent, findSubscription, idOf } from '../resources/lookup';
import type { InvoiceRow, PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { changeSubscription } from './change-subscription';
import { draftInvoice, openPayment, type InvoiceFacts } from './invoice-object';

/** Whether a payment goes through: as the customer's payment method does, or as told. */
export type PaymentOutcome = 'as_the_card_does' | 'succeed' | 'fail';

/** Issues an invoice and tries to be paid. */
export function collect(
  scope: Scope,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  { outcome, ...facts }: InvoiceFacts & { outcome: PaymentOutcome },
): void {
  const draft = draftInvoice(scope, subscription, item, facts);
  save(scope, { object: draft, payments: [] });
  emit(scope, { type: 'invoice.created', data: { object: draft } });
  const open = finalised(scope, draft);
  save(scope, { object: open, payments: [] });
  emit(scope, { type: 'invoice.finalized', data: { object: open } });
  scope.store.tables.subscriptions.put(subscription.id, {
    object: { ...subscription, latest_invoice: open.id },
  });
  payInvoice(scope, open.id, outcome);
}

/**
 * One attempt to be paid.
 *
 * @throws ApiError 400 unless the invoice is open
 */
export function payInvoice(scope: Scope, id: string, outcome: PaymentOutcome): Stripe.Invoice {
  const row = findInvoice(scope, id, 'path');
  if (row.object.status !== 'open') {
    throw invalidRequest(`Invoice ${id} is not open: its status is ${row.object.status}.`);
  }
  if (row.object.amount_remaining === 0) return paid(scope, row);
  const tried = save(scope, {
    ...row,
    object: { ...row.object, attempted: true, attempt_count: row.object.attempt_count + 1 },
  });
  const method = payingWith(scope, tried.object, outcome);
  if (method === null) return failed(scope, tried);
  const { intent, row: withIntent } = intentFor(scope, tried);
  confirmPayment(scope, intent, {
    method,
    offSession: true,
    returnUrl: null,
    errorOnRequiresAction: false,
  });
  return followIntent(scope, withIntent, intent.id);
}

/** Slow money has come, or has not: the invoice that waited for it follows, if there is one. */
export function settleInvoiceOf(scope: Scope, intent: string): void {
  for (const [, row] of [...scope.store.tables.invoices.oldestFirst()]) {
    const waits = row.payments.some(({ payment }) => idOf(payment.payment_intent) === intent);
    if (waits && row.object.status === 'open') followIntent(scope, row, intent);
  }
}

function followIntent(scope: Scope, row: InvoiceRow, id: string): Stripe.Invoice {
  const { status } = findPaymentIntent(scope, id, 'path').object;
  if (status === 'succeeded') return paid(scope, row);
  return status === 'processing' ? row.object : failed(scope, row);
}

/** Every attempt on an invoice goes through one intent, as at Stripe. */
function intentFor(
  scope: Scope,
  row: InvoiceRow,
): { intent: Stripe.PaymentIntent; row: InvoiceRow } {
  const known = idOf(row.payments[0]?.payment.payment_intent);
  if (known !== null) return { intent: findPaymentIntent(scope, known, 'path').object, row };
  const { object: invoice } = row;
  const intent = saveIntent(
    scope,
    blankIntent(scope, {
      amount: invoice.amount_remaining,
      currency: invoice.currency,
      customer: idOf(invoice.customer) ?? undefined,
      description:
        invoice.billing_reason === 'subscription_create'
          ? 'Subscription creation'
          : 'Subscription update',
    }),
  );
  emit(scope, { type: 'payment_intent.created', data: { object: intent } });
  const payments = [openPayment(scope, invoice, intent.id)];
  return { intent, row: save(scope, { ...row, payments }) };
}

/** The subscription's own payment method, else the customer's default; null when there is none. */
function payingWith(
  scope: Scope,
  invoice: Stripe.Invoice,
  outcome: PaymentOutcome,
): PaymentMethodRow | null {
  const { customers, payment_methods } = scope.store.tables;
  const payer = customers.get(idOf(invoice.customer) ?? '')?.object;
  const chosen =
    idOf(subscriptionOf(scope, invoice).default_payment_method) ??
    idOf(payer?.invoice_settings.default_payment_method);
  const row = payment_methods.get(chosen ?? '');
  if (row === undefined) return null;
  return outcome === 'as_the_card_does' ? row : { ...row, instrument: INSTRUMENT[outcome] };
}

/** Cards that do as told. */
const INSTRUMENT = { succeed: '4242424242424242', fail: '4000000000000341' };

function paid(scope: Scope, row: InvoiceRow): Stripe.Invoice {
  const now = scope.seconds();
  const { object: open } = row;
  const object: Stripe.Invoice = {
    ...open,
    amount_paid: open.amount_due,
    amount_remaining: 0,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...open.status_transitions, paid_at: now },
  };
  const payments = row.payments.map((each) => ({
    ...each,
    amount_paid: each.amount_requested,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: now },
  }));
  save(scope, { object, payments });
  emit(scope, { type: 'invoice.paid', data: { object } });
  emit(scope, { type: 'invoice.payment_succeeded', data: { object } });
  const before = subscriptionOf(scope, object);
  if (['incomplete', 'past_due', 'unpaid'].includes(before.status)) {
    changeSubscription(scope, before, { ...before, status: 'active' });
  }
  return object;
}

/** How long after a failure Stripe says that it will try again. */
const SECONDS_TO_RETRY = 3 * 24 * 3600;

function failed(scope: Scope, row: InvoiceRow): Stripe.Invoice {
  const before = subscriptionOf(scope, row.object);
  const retried = before.status !== 'incomplete';
  const object: Stripe.Invoice = {
    ...row.object,
    next_payment_attempt: retried ? scope.seconds() + SECONDS_TO_RETRY : null,
  };
  save(scope, { ...row, object });
  emit(scope, { type: 'invoice.payment_failed', data: { object } });
  if (before.status === 'active') {
    changeSubscription(scope, before, { ...before, status: 'past_due' });
  }
  return object;
}

function finalised(scope: Scope, draft: Stripe.Invoice): Stripe.Invoice {
  const now = scope.seconds();
  const payer = scope.store.tables.customers.get(idOf(draft.customer) ?? '');
  const sequence = payer?.object.next_invoice_sequence ?? 1;
  if (payer !== undefined) {
    const object = { ...payer.object, next_invoice_sequence: sequence + 1 };
    scope.store.tables.customers.put(object.id, { ...payer, object });
  }
  return {
    ...draft,
    effective_at: now,
    ending_balance: 0,
    number: `${payer?.object.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  };
}

function subscriptionOf(scope: Scope, invoice: Stripe.Invoice): Stripe.Subscription {
  const id = idOf(invoice.parent?.subscription_details?.subscription) ?? '';
  return findSubscription(scope, id, 'path').object;
}

function save(scope: Scope, row: InvoiceRow): InvoiceRow {
  scope.store.tables.invoices.put(row.object.id, row);
  return row;
}
