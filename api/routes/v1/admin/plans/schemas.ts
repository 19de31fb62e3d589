import { z } from 'zod';
import type { PlanRecord } from '../../../../../activities/ports/records';
import { CATCH_UP_POLICIES } from '../../../../../billing/catch-up';
import { DEFAULT_DUNNING, type DunningPolicy } from '../../../../../billing/dunning';
import type { PlanChanges, PlanFields } from '../../../../commands/operator/plans';
import { byId, id, instant, instantInput, optionalText, text } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { plan as customersPlan, presentPlan as presentCustomersPlan } from '../../plans/routes';
import { reason, reasonOnly } from '../reason';

const dunning = z.strictObject({
  retry_days: z
    .array(z.int().min(1).max(365))
    .max(20)
    .refine(
      (days) => days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0)),
      'Days after the first failure, ascending.',
    ),
  final_action: z.enum(['cancel', 'unpaid', 'leave_past_due']),
});

const collectionMethod = z.enum(['charge_automatically', 'send_invoice']);
const catchUp = z.enum(CATCH_UP_POLICIES);
const proration = z.enum(['second', 'day']);
const pauseAccess = z.enum(['paid_time', 'none']);

export const plan = customersPlan
  .extend({
    code: z.string().describe('Shared by all versions of one plan.'),
    collection_method: collectionMethod,
    dunning,
    catch_up: catchUp,
    proration,
    pause_access: pauseAccess,
    stripe_price_id: z.string(),
    archived_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'AdminPlan' });
export const planList = listOf(plan);

export const listRequest = z.object({
  query: pageQuery.extend({
    code: text(64).optional(),
    archived: z.enum(['true', 'false']).optional(),
  }),
});
export const oneRequest = z.object({ params: byId });

/** What versions of one plan may differ in. */
const fields = {
  name: text(100),
  amount: z.int().describe('In minor units; what the currency can’t have is refused.'),
  interval: z.enum(['day', 'week', 'month', 'year']),
  interval_count: z.int().min(1),
  description: optionalText(1000),
  trial_days: z.int().min(0).max(3650),
  features: z.array(text(200)).max(50),
  collection_method: collectionMethod.describe('Of subscriptions made without a payment method.'),
  dunning: dunning.describe('When a failed payment is tried again, and what comes at the end.'),
  catch_up: catchUp.describe('What becomes of periods that an outage has left unbilled.'),
  proration: proration.describe('How parts of a period are measured.'),
  pause_access: pauseAccess.describe('What a pause leaves of the access.'),
  stripe_price_id: optionalText(255),
};

export const createRequest = z.object({
  body: z.strictObject({
    code: text(64).regex(/^[a-z0-9][a-z0-9_]*$/, 'Small letters, digits and underscores.'),
    currency: text(3).describe('Three small letters, as Stripe writes them: usd.'),
    ...fields,
    interval_count: fields.interval_count.default(1),
    description: fields.description.default(''),
    trial_days: fields.trial_days.default(0),
    features: fields.features.default([]),
    collection_method: fields.collection_method.default('send_invoice'),
    dunning: fields.dunning.default({
      retry_days: DEFAULT_DUNNING.retryDays,
      final_action: DEFAULT_DUNNING.finalAction,
    }),
    catch_up: fields.catch_up.default('bill_all'),
    proration: fields.proration.default('second'),
    pause_access: fields.pause_access.default('paid_time'),
    stripe_price_id: fields.stripe_price_id.default(''),
    reason,
  }),
});

export const versionRequest = oneRequest.extend({
  body: z.strictObject(fields).partial().extend({ reason }),
});
export const archiveRequest = oneRequest.extend({ body: reasonOnly });

export const moveRequest = oneRequest.extend({
  body: z.strictObject({
    to_plan_id: id.describe('Another version of the same plan.'),
    not_before: instantInput
      .optional()
      .describe('Each moves at the first boundary of theirs that is not before this.'),
    reason,
  }),
});
export const move = z.object({
  from_plan: id,
  to_plan: id,
  subscriptions: z.int().describe('How many it concerns.'),
});

type Body = z.output<typeof createRequest>['body'];
type Changes = z.output<typeof versionRequest>['body'];

/** As columns; what was not sent is undefined. */
export const changesOf = (body: Changes): PlanChanges => ({
  name: body.name,
  description: body.description,
  amountMinor: body.amount === undefined ? undefined : BigInt(body.amount),
  interval: body.interval,
  intervalCount: body.interval_count,
  trialDays: body.trial_days,
  features: body.features,
  collectionMethod: body.collection_method,
  dunning: body.dunning && policyOf(body.dunning),
  catchUp: body.catch_up,
  proration: body.proration,
  pauseAccess: body.pause_access,
  stripePriceId: body.stripe_price_id,
});

export const newPlanOf = (body: Body): PlanFields & Pick<PlanRecord, 'code' | 'currency'> => ({
  code: body.code,
  name: body.name,
  description: body.description,
  amountMinor: BigInt(body.amount),
  currency: body.currency,
  interval: body.interval,
  intervalCount: body.interval_count,
  trialDays: body.trial_days,
  features: body.features,
  collectionMethod: body.collection_method,
  dunning: policyOf(body.dunning),
  catchUp: body.catch_up,
  proration: body.proration,
  pauseAccess: body.pause_access,
  stripePriceId: body.stripe_price_id,
});

const policyOf = (policy: z.output<typeof dunning>): DunningPolicy => ({
  retryDays: policy.retry_days,
  finalAction: policy.final_action,
});

export const presentPlan = (row: PlanRecord) => ({
  ...presentCustomersPlan(row),
  code: row.code,
  collection_method: row.collectionMethod,
  dunning: { retry_days: row.dunning.retryDays, final_action: row.dunning.finalAction },
  catch_up: row.catchUp,
  proration: row.proration,
  pause_access: row.pauseAccess,
  stripe_price_id: row.stripePriceId,
  archived_at: row.archivedAt,
  created_at: row.createdAt,
});
