import { QueryTypes } from 'sequelize';
import type { Instant } from '../billing/instant';
import { createBillingStore } from '../db/billing-store';
import type { Database } from '../db/database';

/** How often it is looked. */
export const expiringCardsMilliseconds = 24 * 60 * 60 * 1_000;

interface ExpiringCard {
  paymentMethodId: string;
  userId: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  subscriptionId: string;
  planName: string;
  nextChargeAt: Date;
}

/**
 * Tells customers that the card which their subscription is charged by is in its last month: once per
 * card and month, whoever looks and however often (I8). A card that its bank renews in the meantime
 * has another month. How many mails were written.
 * @param now decides which month it is, in UTC: a card works to the end of its month
 */
export async function announceExpiringCards(
  database: Database,
  now: Instant = new Date().toISOString(),
): Promise<number> {
  const cards = await database.sequelize.query<ExpiringCard>(expiringCards, {
    replacements: { now },
    type: QueryTypes.SELECT,
  });
  const store = createBillingStore(database);
  for (const card of cards) {
    await store.transaction((unit) =>
      unit.queueEmail({
        kind: 'card_expiring',
        thing: card.paymentMethodId,
        occasion: occasionOf(card),
        userId: card.userId,
        subscriptionId: card.subscriptionId,
        data: {
          subscription_id: card.subscriptionId,
          plan_name: card.planName,
          card: { brand: card.brand, last4: card.last4 },
          exp_month: card.expMonth,
          exp_year: card.expYear,
          next_charge_at: card.nextChargeAt.toISOString(),
        },
      }),
    );
  }
  return cards.length;
}

/** `2027-03`; the query below writes it likewise. */
const occasionOf = ({ expYear, expMonth }: ExpiringCard) =>
  `${expYear}-${String(expMonth).padStart(2, '0')}`;

/** Of several subscriptions that one card pays, the one that is charged next is named. */
const expiringCards = `
  select distinct on (method.id)
    method.id as "paymentMethodId", method.user_id as "userId", method.brand, method.last4,
    method.exp_month as "expMonth", method.exp_year as "expYear",
    subscription.id as "subscriptionId", plans.name as "planName",
    subscription.current_period_end as "nextChargeAt"
  from payment_methods method
  join subscriptions subscription on subscription.user_id = method.user_id
  join plans on plans.id = subscription.plan_id
  where method.is_default and method.detached_at is null
    and method.brand is not null and method.last4 is not null
    and method.exp_year = extract(year from cast(:now as timestamptz) at time zone 'UTC')
    and method.exp_month = extract(month from cast(:now as timestamptz) at time zone 'UTC')
    and subscription.status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
    and subscription.collection_method = 'charge_automatically'
    and subscription.managed_by = 'everbill' and subscription.test_clock_id is null
    and not subscription.cancel_at_period_end
    and not exists (select from emails where emails.kind = 'card_expiring'
      and emails.thing = method.id
      and emails.occasion = method.exp_year || '-' || lpad(method.exp_month::text, 2, '0'))
  order by method.id, subscription.current_period_end
  limit 500`;
