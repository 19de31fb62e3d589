import { z } from 'zod';

/**
 * What an event of Stripe's is about. Only ids are taken from an event: what they stand for is read
 * again from Stripe, so that neither its age nor its order nor its words matter (I7).
 */
export type EventSubject =
  | { kind: 'intent'; intentId: string }
  /** Something was given back: all refunds of the intent are compared. */
  | { kind: 'refunds'; intentId: string }
  | { kind: 'dispute'; disputeId: string }
  | { kind: 'payment_method'; paymentMethodId: string }
  | { kind: 'setup_intent'; setupIntentId: string }
  /** A subscription that Stripe runs itself, or one of its invoices. */
  | { kind: 'stripe_subscription'; stripeSubscriptionId: string; stripeInvoiceId?: string };

/** An event as it is stored. */
export interface StoredEvent {
  id: string;
  type: string;
  payload: Record<string, unknown>;
}

const reference = z
  .union([z.string(), z.object({ id: z.string() })])
  .transform((value) => (typeof value === 'string' ? value : value.id));

const envelope = z.object({
  data: z.object({ object: z.unknown() }),
  account: z.string().nullish(),
  livemode: z.boolean().optional(),
});

function objectOf<T>(event: StoredEvent, schema: z.ZodType<T>): T | undefined {
  const object = envelope.safeParse(event.payload).data?.data.object;
  return schema.safeParse(object).data;
}

const identified = z.object({ id: z.string() });
const ofIntent = z.object({ payment_intent: reference });
/** The invoice of a subscription says so under `parent`; before the API of 2025-03-31, directly. */
const ofSubscription = z.union([
  z
    .object({
      id: z.string(),
      parent: z.object({ subscription_details: z.object({ subscription: reference }) }),
    })
    .transform(({ id, parent }) => ({
      id,
      subscription: parent.subscription_details.subscription,
    })),
  z.object({ id: z.string(), subscription: reference }),
]);

/** What an event is about, if it is about anything that is of interest here. */
export function subjectOf(event: StoredEvent): EventSubject | undefined {
  const { type } = event;
  const id = objectOf(event, identified)?.id;
  if (id === undefined) return undefined;
  if (type.startsWith('payment_intent.')) return { kind: 'intent', intentId: id };
  if (type.startsWith('charge.dispute.')) return { kind: 'dispute', disputeId: id };
  if (type.startsWith('payment_method.')) return { kind: 'payment_method', paymentMethodId: id };
  if (type.startsWith('setup_intent.')) return { kind: 'setup_intent', setupIntentId: id };
  if (type.startsWith('refund.') || type.startsWith('charge.refund')) {
    const intentId = objectOf(event, ofIntent)?.payment_intent;
    return intentId === undefined ? undefined : { kind: 'refunds', intentId };
  }
  if (type.startsWith('customer.subscription.')) {
    return { kind: 'stripe_subscription', stripeSubscriptionId: id };
  }
  if (type.startsWith('invoice.')) {
    const invoice = objectOf(event, ofSubscription);
    return invoice === undefined
      ? undefined
      : {
          kind: 'stripe_subscription',
          stripeSubscriptionId: invoice.subscription,
          stripeInvoiceId: invoice.id,
        };
  }
  return undefined;
}

/** The invoice that an intent says it is for; never believed to pay it, only ever a reason to refund it. */
export const claimedInvoice = (event: StoredEvent): string | undefined =>
  objectOf(event, z.object({ metadata: z.object({ invoice_id: z.uuid() }) }))?.metadata.invoice_id;

/** The charge that an intent's event tells of. */
export const latestCharge = (event: StoredEvent): string | undefined =>
  objectOf(event, z.object({ latest_charge: reference.nullish() }))?.latest_charge ?? undefined;

/**
 * The intent whose payment is disputed: null when it has none, undefined when the event does not say.
 */
export const disputedIntent = (event: StoredEvent): string | null | undefined =>
  objectOf(event, z.object({ payment_intent: reference.nullish() }))?.payment_intent;

/** The payment method that an event saves, renews or removes, and whose it is. */
export function paymentMethodOf(
  event: StoredEvent,
): { paymentMethodId: string; customerId?: string } | undefined {
  const object = objectOf(event, z.object({ id: z.string(), customer: reference.nullish() }));
  if (object === undefined) return undefined;
  const { customer: customerId } = object;
  const customer = typeof customerId === 'string' ? { customerId } : {};
  if (event.type.startsWith('payment_method.')) {
    return { paymentMethodId: object.id, ...customer };
  }
  const saved = objectOf(event, z.object({ payment_method: reference.nullish() }))?.payment_method;
  return typeof saved === 'string' ? { paymentMethodId: saved, ...customer } : undefined;
}

/**
 * Why an event is none of ours: another account's, which a Connect endpoint gets too, or of the other
 * mode, live or test, than the key's.
 */
export function foreignness(
  event: StoredEvent,
  { isLive }: { isLive: boolean },
): string | undefined {
  const { account, livemode } = envelope.safeParse(event.payload).data ?? {};
  if (typeof account === 'string') return `It is of the account ${account}.`;
  if (livemode !== undefined && livemode !== isLive) {
    return `It is of ${livemode ? 'live' : 'test'} mode, the key is not.`;
  }
  return undefined;
}
