import type Stripe from 'stripe';
import { resourceMissing } from '../errors';
import type {
  ChargeRow,
  CustomerRow,
  DisputeRow,
  InvoiceRow,
  PaymentIntentRow,
  PaymentMethodRow,
  RefundRow,
  SetupIntentRow,
  SubscriptionRow,
} from '../store/rows';
import type { Scope } from '../world';

/**
 * Where an id came from: the path (404 when it is unknown) or a parameter (400, and its name).
 */
export type Origin = 'path' | { param: string };

function found<Row>(row: Row | undefined, what: string, id: string, origin: Origin): Row {
  if (row === undefined) {
    const param = origin === 'path' ? 'id' : origin.param;
    throw resourceMissing(what, id, param, origin === 'path');
  }
  return row;
}

/** A customer that was not deleted. */
export function findCustomer(scope: Scope, id: string, origin: Origin): CustomerRow {
  const row = scope.store.tables.customers.get(id);
  return found(row?.deleted === true ? undefined : row, 'customer', id, origin);
}

export function findPaymentMethod(scope: Scope, id: string, origin: Origin): PaymentMethodRow {
  return found(scope.store.tables.payment_methods.get(id), 'PaymentMethod', id, origin);
}

export function findPaymentIntent(scope: Scope, id: string, origin: Origin): PaymentIntentRow {
  return found(scope.store.tables.payment_intents.get(id), 'payment_intent', id, origin);
}

export function findSetupIntent(scope: Scope, id: string, origin: Origin): SetupIntentRow {
  return found(scope.store.tables.setup_intents.get(id), 'setupintent', id, origin);
}

export function findCharge(scope: Scope, id: string, origin: Origin): ChargeRow {
  return found(scope.store.tables.charges.get(id), 'charge', id, origin);
}

export function findRefund(scope: Scope, id: string, origin: Origin): RefundRow {
  return found(scope.store.tables.refunds.get(id), 'refund', id, origin);
}

export function findDispute(scope: Scope, id: string, origin: Origin): DisputeRow {
  return found(scope.store.tables.disputes.get(id), 'dispute', id, origin);
}

export function findSubscription(scope: Scope, id: string, origin: Origin): SubscriptionRow {
  return found(scope.store.tables.subscriptions.get(id), 'subscription', id, origin);
}

export function findInvoice(scope: Scope, id: string, origin: Origin): InvoiceRow {
  return found(scope.store.tables.invoices.get(id), 'invoice', id, origin);
}

/** The id in a member that may hold an id or a whole object; rows only ever hold the id. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

/** The address of Stripe's type out of what a form gave, or null when it gave none. */
export function wholeAddress(
  given: { [Part in keyof Stripe.Address]?: string | null | undefined } | null | undefined,
): Stripe.Address | null {
  if (given === null || given === undefined) {
    return null;
  }
  return {
    city: given.city ?? null,
    country: given.country ?? null,
    line1: given.line1 ?? null,
    line2: given.line2 ?? null,
    postal_code: given.postal_code ?? null,
    state: given.state ?? null,
  };
}
