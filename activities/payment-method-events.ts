import type { KnownPaymentMethod, PaymentGateway } from './ports/payments';
import type { PaymentMethodRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import type { Payments } from './settlement';
import { subjectOf, type EventSubject } from './stripe-event';

/** What an event about saving, renewing or removing a payment method is about. */
type PaymentMethodSubject = Extract<EventSubject, { kind: 'payment_method' | 'setup_intent' }>;

/** A payment method as Stripe has it now. */
interface Current {
  id: string;
  /** Undefined when Stripe knows it no more. */
  known: KnownPaymentMethod | undefined;
  /** Its customer has just agreed to be charged with it. */
  chosen: boolean;
}

/**
 * Acts on an event about a payment method: it is read again from Stripe (I7), and the books of the
 * user who has it, or had it, follow. One that is news to us becomes the default where there is none,
 * and one that a customer set up, though their browser never came back, in the place of an older one.
 * Run again it ends in the same rows and answers the same.
 *
 * @returns the subscriptions to be told that a payment method is worth trying
 */
export async function applyPaymentMethodEvent(
  { store, payments }: Payments,
  { eventId }: { eventId: string },
): Promise<{ tell: string[] }> {
  const event = await store.transaction((unit) => unit.webhookEvent(eventId));
  const subject = event && subjectOf(event);
  if (subject?.kind !== 'payment_method' && subject?.kind !== 'setup_intent') return { tell: [] };
  const current = await readAgain(payments, subject);
  const followed = await store.transaction(async (unit) => {
    const whose = current && (await follow(unit, current));
    if (whose === undefined) await unit.settleWebhookEvent(eventId, 'ignored', ofNobody);
    else await unit.settleWebhookEvent(eventId, 'done');
    return whose && { ...whose, tell: await unit.waitingForPaymentMethod(whose.userId) };
  });
  if (followed?.detach !== undefined) await payments.detachPaymentMethod(followed.detach);
  return { tell: followed?.tell ?? [] };
}

const ofNobody = 'It is of no customer of ours, or nothing was saved.';

async function readAgain(
  payments: PaymentGateway,
  subject: PaymentMethodSubject,
): Promise<Current | undefined> {
  if (subject.kind === 'payment_method') {
    const id = subject.paymentMethodId;
    return { id, known: await payments.retrievePaymentMethod(id), chosen: false };
  }
  const { succeeded, paymentMethodId } = await payments.retrieveSetupIntent(subject.setupIntentId);
  if (!succeeded || paymentMethodId === null) return undefined;
  const known = await payments.retrievePaymentMethod(paymentMethodId);
  return { id: paymentMethodId, known, chosen: true };
}

/** Whose books were brought up to date, and what is left to do at Stripe. */
interface Followed {
  userId: string;
  detach?: string;
}

/** Undefined for a payment method that no user of ours has or had. */
async function follow(
  unit: UnitOfWork,
  { id, known, chosen }: Current,
): Promise<Followed | undefined> {
  const row = await unit.paymentMethod(id);
  const customerId = known?.customerId ?? null;
  if (known === undefined || customerId === null) {
    if (row === undefined) return undefined;
    await unit.detachPaymentMethod(row.userId, id);
    return { userId: row.userId };
  }
  // To detach is for good: the customer has removed it, and Stripe has not heard of it yet.
  if (row !== undefined && row.detachedAt !== null) return { userId: row.userId, detach: id };
  const user = await unit.userOfCustomer(customerId);
  if (user === undefined) return undefined;
  await keepPaymentMethod(unit, user.id, known, { chosen });
  return { userId: user.id };
}

/**
 * Saves a payment method of a user, or what has changed of it. `chosen` by the customer, it becomes
 * the default unless that was chosen later.
 */
export async function keepPaymentMethod(
  unit: UnitOfWork,
  userId: string,
  { card, createdAt }: KnownPaymentMethod,
  { chosen }: { chosen: boolean },
): Promise<void> {
  const others = await unit.lockPaymentMethods(userId);
  await unit.savePaymentMethod({ ...card, userId });
  const standing = others.find(({ isDefault }) => isDefault);
  if (standing === undefined || (chosen && isOlder(standing, createdAt))) {
    await unit.makeDefault(userId, card.id);
  }
}

/** Stripe tells whole seconds. */
const isOlder = ({ updatedAt }: PaymentMethodRecord, createdAt: string) =>
  Math.floor(Date.parse(updatedAt) / 1_000) <= Math.floor(Date.parse(createdAt) / 1_000);
