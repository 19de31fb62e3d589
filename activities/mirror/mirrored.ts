import type { Instant } from '../../billing/instant';
import type { SubscriptionState } from '../../billing/subscription-state';
import type { PaymentGateway } from '../ports/payments';
import type { SubscriptionRecord } from '../ports/records';
import type { BillingStore, UnitOfWork } from '../ports/store';
import type { StripeBilling } from '../ports/stripe-billing';
import { stateOf } from '../subscription-state';

/** What mirroring a subscription of Stripe Billing's needs. */
export interface Mirroring {
  store: BillingStore;
  payments: Pick<PaymentGateway, 'retrievePaymentMethod'>;
  stripeBilling: StripeBilling;
}

/** Which subscription is mirrored by which row, and when. */
export interface MirrorRequest {
  subscriptionId: string;
  /** Stripe's `sub_…`. */
  stripeSubscriptionId: string;
  /** Real time: Stripe's subscriptions hang on no test clock of ours. */
  now: Instant;
}

/** The same, and why it is done. */
export interface About extends MirrorRequest {
  /** Of Stripe's event that told of it, which is settled with the rows. */
  eventId?: string;
  /** Of somebody's asking, which is noted on the row. */
  commandId?: string;
  /** In the words of whoever canceled it. */
  cancelReason?: string;
}

/** What a workflow shows of the row that mirrors. */
export interface Mirrored {
  state: SubscriptionState;
  userId: string;
  planId: string;
  /** Why a person should look, if they should. */
  needsAttention?: string;
}

export async function mirroredOf(unit: UnitOfWork, row: SubscriptionRecord): Promise<Mirrored> {
  const { userId, planId, needsAttention } = row;
  return {
    state: await stateOf(unit, row),
    userId,
    planId,
    ...(needsAttention === null ? {} : { needsAttention }),
  };
}

/** Stripe tells of something for up to three days; what is older is history, and no news to anybody. */
const newsDays = 4;

export const isNews = (at: Instant, now: Instant) =>
  Date.parse(now) - Date.parse(at) < newsDays * 24 * 60 * 60 * 1000;
