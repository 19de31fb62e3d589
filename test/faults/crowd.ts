import { randomUUID } from 'node:crypto';
import { createSubscription } from '../../activities/create-subscription';
import { savePaymentMethod } from '../../activities/save-payment-method';
import { inParallel } from '../../bench/in-parallel';
import { toInstant } from '../../billing/instant';
import { createBillingStore } from '../../db/billing-store';
import type { Database } from '../../db/database';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import type { TemporalClient } from '../../platform/temporal-client';

/** What a crowd is made in. */
export interface Ground {
  readonly database: Database;
  readonly temporal: TemporalClient;
  /** The sandbox's address. */
  readonly sandbox: string;
}

/** Cents, yen without any, thousandths whose last digit is 0, and what is sent to Stripe as hundredths. */
const prices = { usd: 999n, jpy: 980n, kwd: 3_070n, isk: 1_390n } as const;

const dayMilliseconds = 86_400_000;
const makingWidth = 8;
const startingWidth = 16;

/**
 * Makes customers with a saved card, each on a trial of a plan in one of four currencies, by the steps
 * that a request takes. Nothing is invoiced yet. @returns the subscriptions' ids
 */
export async function makeCrowd(ground: Ground, count: number): Promise<string[]> {
  const { database, sandbox: url } = ground;
  const stripe = createStripe({ STRIPE_SECRET_KEY: 'sk_test_everbill', STRIPE_API_URL: url });
  const deps = { store: createBillingStore(database), payments: createStripeGateway(stripe) };
  const plans = await makePlans(database);
  const chosen = Array.from({ length: count }, (_, index) => plans[index % plans.length] ?? '');
  return inParallel(chosen, makingWidth, async (planId) => {
    const userId = await makeUser(database);
    const subscriptionId = randomUUID();
    const request = {
      userId,
      planId,
      quantity: 1,
      timeZone: 'UTC',
      exclusive: true,
      paymentMethodId: 'pm_card_visa',
      terms: { trialDays: 1 },
    };
    const about = { subscriptionId, request, now: toInstant(new Date()) };
    const saved = await savePaymentMethod(deps, about);
    if ('refused' in saved) throw new Error(saved.refused.message);
    const created = await createSubscription(deps.store, { ...about, ...saved });
    if ('refused' in created) throw new Error(created.refused.message);
    return subscriptionId;
  });
}

/** Moves the trials so that all end at `at` (milliseconds since 1970), and lets their workflows sleep until then. */
export async function dueAt(
  { database, temporal }: Ground,
  subscriptionIds: readonly string[],
  at: number,
): Promise<void> {
  const replacements = {
    ids: [...subscriptionIds],
    start: toInstant(new Date(at - dayMilliseconds)),
    end: toInstant(new Date(at)),
  };
  await database.sequelize.query(
    `update subscriptions set anchor_at = :end, trial_end = :end, trial_notice_at = null,
       current_period_start = :start, current_period_end = :end where id in (:ids);
     update subscription_cycles set period_start = :start, period_end = :end
       where subscription_id in (:ids) and cycle = 0`,
    { replacements },
  );
  await inParallel(subscriptionIds, startingWidth, (id) => rebuildWorkflow(temporal, id));
}

async function makeUser(database: Database): Promise<string> {
  const id = randomUUID();
  await database.users.create({
    id,
    email: `${id}@everbill.test`,
    name: 'Thea Thousand',
    passwordHash: 'none',
    invoicePrefix: id.slice(0, 13).toUpperCase(),
  });
  return id;
}

async function makePlans(database: Database): Promise<string[]> {
  const like = await database.plans.findOne({
    where: { code: 'basic_monthly' },
    rejectOnEmpty: true,
  });
  return Promise.all(
    Object.entries(prices).map(async ([currency, amountMinor]) => {
      const id = randomUUID();
      const code = `crowd_${currency}_${id}`;
      await database.plans.create({
        ...like.get({ plain: true }),
        id,
        code,
        currency,
        amountMinor,
      });
      return id;
    }),
  );
}
