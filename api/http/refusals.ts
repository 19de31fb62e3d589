import type { Refusal } from '../../workflows/messages';
import { Problem } from './problem';

/** A workflow's expected no, on its way to the client. */
export class Refused extends Error {
  override name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message}`);
  }
}

/** The three APIs speak of refusals in two ways: as v1 does, and as the two Django systems did. */
export type Surface = 'v1' | 'django';

type Statuses = Readonly<Record<Surface, number>>;

const missing: Statuses = { v1: 404, django: 404 };
/** A value that can't be taken; it would be refused whatever the state of things. */
const invalid: Statuses = { v1: 400, django: 400 };
/** Not in the state that things are in now. */
const conflict: Statuses = { v1: 409, django: 400 };

const statuses: Readonly<Record<Refusal['code'], Statuses>> = {
  plan_not_found: missing,
  plan_archived: conflict,
  user_inactive: { v1: 403, django: 403 },
  live_subscription_exists: conflict,
  payment_method_declined: { v1: 402, django: 402 },
  payment_method_unknown: invalid,
  test_clock_not_found: missing,
  test_clock_busy: { v1: 409, django: 409 },
  subscription_ended: conflict,
  subscription_not_found: missing,
  subscription_incomplete: conflict,
  subscription_trialing: conflict,
  subscription_past_due: conflict,
  subscription_unpaid: conflict,
  subscription_paused: conflict,
  already_paused: conflict,
  not_paused: conflict,
  not_canceling: { v1: 409, django: 404 },
  cancellation_scheduled: conflict,
  no_pending_change: missing,
  change_pending: conflict,
  change_by_operator: conflict,
  nothing_to_change: conflict,
  currency_mismatch: invalid,
  amount_too_large: invalid,
  proration_date_invalid: invalid,
  resume_at_invalid: invalid,
  start_at_invalid: invalid,
  trial_invalid: invalid,
  anchor_in_past: invalid,
  anchor_too_far: invalid,
  coupon_not_found: missing,
  coupon_expired: invalid,
  coupon_exhausted: invalid,
  coupon_not_for_plan: invalid,
  coupon_currency_mismatch: invalid,
  no_coupon: missing,
  no_upcoming_invoice: missing,
  invoice_not_found: missing,
  invoice_not_paid: conflict,
  invoice_not_payable: conflict,
  invoice_not_open: conflict,
  invoice_not_draft: conflict,
  invoice_not_creditable: conflict,
  payment_under_way: conflict,
  credit_exceeds_invoice: invalid,
  payment_disputed: conflict,
  dispute_not_answerable: conflict,
  currency_not_supported: invalid,
  managed_by_stripe: { v1: 409, django: 409 },
};

/** The field that a refusal is about, where it is about one. */
const fields: Partial<Record<Refusal['code'], string>> = {
  plan_archived: 'plan_id',
  currency_mismatch: 'plan_id',
  payment_method_unknown: 'payment_method_id',
  payment_method_declined: 'payment_method_id',
  amount_too_large: 'quantity',
  proration_date_invalid: 'proration_date',
  resume_at_invalid: 'resume_at',
  start_at_invalid: 'start_at',
  trial_invalid: 'trial_days',
  anchor_in_past: 'billing_cycle_anchor',
  anchor_too_far: 'billing_cycle_anchor',
  coupon_expired: 'coupon',
  coupon_exhausted: 'coupon',
  coupon_not_for_plan: 'coupon',
  coupon_currency_mismatch: 'coupon',
  credit_exceeds_invoice: 'amount',
};

/** A refusal as an answer: one mapping for everything that a workflow may refuse. */
export function problemOf({ code, message, declineCode }: Refusal, surface: Surface): Problem {
  const status = statuses[code][surface];
  const field = fields[code] ?? 'non_field_errors';
  return new Problem(status, code, message, {
    errors: status === 404 ? [] : [{ field, message, code }],
    members: declineCode === undefined ? {} : { decline_code: declineCode },
  });
}
