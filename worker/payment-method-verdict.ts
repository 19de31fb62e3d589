import { paymentMethodOf, type StoredEvent } from '../activities/stripe-event';
import type { Database } from '../db/database';
import { isYoung } from './event-age';
import type { Verdict } from './event-verdict';

/** How long our own call may take to write down what it has saved at Stripe. */
const ownCallMilliseconds = 10_000;

/**
 * What the books say of an event about a payment method. One that we saved or removed ourselves is
 * told of as well, mostly before our own call has written it down.
 */
export async function judgePaymentMethod(database: Database, event: StoredEvent): Promise<Verdict> {
  const told = paymentMethodOf(event);
  if (told === undefined) return { say: 'ignored', reason: `${event.type} saves nothing.` };
  const row = await database.paymentMethods.findByPk(told.paymentMethodId);
  const known = row?.get({ plain: true });
  const isSaved = known !== undefined && known.detachedAt === null;
  switch (event.type) {
    case 'payment_method.attached':
      if (isSaved) return { say: 'done' };
      break;
    case 'setup_intent.succeeded':
      if (isSaved && known.isDefault) return { say: 'done' };
      break;
    case 'payment_method.detached':
      return { say: isSaved ? 'payment_method' : 'done' };
    case 'payment_method.updated':
    case 'payment_method.automatically_updated':
      if (isSaved) return { say: 'payment_method' };
      return { say: 'ignored', reason: `${told.paymentMethodId} is not saved here.` };
    default:
      return { say: 'ignored', reason: `Nothing here depends on ${event.type}.` };
  }
  const { customerId: stripeCustomerId } = told;
  const isOurs =
    stripeCustomerId !== undefined &&
    (await database.users.count({ where: { stripeCustomerId } })) > 0;
  if (!isOurs) return { say: 'ignored', reason: 'It is of no customer of ours.' };
  const mayBeOurs = await isYoung(database, event, ownCallMilliseconds);
  return { say: mayBeOurs ? 'later' : 'payment_method' };
}
