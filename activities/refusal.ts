import {
  MANAGED_BY_STRIPE,
  transition,
  type SubscriptionEvent,
  type Transition,
} from '../billing/subscription';
import type { Refusal } from '../workflows/messages';
import type { SubscriptionRecord } from './ports/records';

type Code = Exclude<Refusal['code'], 'payment_method_declined' | 'payment_method_unknown'>;

/** What a person reads when something is refused: why, and what can be done about it. */
const messages: Readonly<Record<Code, string>> = {
  plan_not_found: 'There is no such plan.',
  plan_archived: 'This plan is no longer offered; choose another one.',
  user_inactive: 'This account is deactivated.',
  live_subscription_exists: 'This account already has a live subscription.',
  test_clock_not_found: 'There is no such test clock.',
  test_clock_busy: 'The test clock is advancing; wait until it is ready.',
  subscription_ended: 'This subscription has ended; create a new one.',
  subscription_not_found: 'There is no such subscription.',
  subscription_incomplete: 'The first payment of this subscription has not been made yet.',
  subscription_trialing: 'This is not possible during a trial; wait for its end, or cancel.',
  subscription_past_due: 'Something is past due on this subscription; pay it first.',
  subscription_unpaid: 'This subscription is unpaid; pay it first.',
  subscription_paused: 'This subscription is paused; resume it first.',
  already_paused: 'This subscription is paused already.',
  not_paused: 'This subscription is not paused.',
  not_canceling: 'No cancellation is scheduled.',
  cancellation_scheduled: 'This subscription is about to end; reactivate it first.',
  no_pending_change: 'No change is pending.',
  change_pending: 'A change waits for its payment; pay it, or withdraw it first.',
  change_by_operator:
    'This change was arranged by the operator; choose another plan, or cancel, instead.',
  nothing_to_change: 'This is the plan and quantity already; name another one.',
  currency_mismatch: 'A subscription keeps its currency; choose a plan in the same one.',
  amount_too_large: 'This is more than can be charged at once; choose a smaller quantity.',
  proration_date_invalid:
    'The proration date must be one that a preview answered in the last ten minutes; preview again.',
  resume_at_invalid: 'A pause must end in the future, at most five years from now.',
  start_at_invalid: 'A start must lie in the future, at most five years from now.',
  trial_invalid: 'A trial has 0 to 730 whole days.',
  anchor_in_past: 'The billing cycle anchor must lie after the start, or after the trial’s end.',
  anchor_too_far:
    'The billing cycle anchor must lie within one period of the start, or of the trial’s end.',
  coupon_not_found: 'There is no such coupon.',
  coupon_expired: 'This coupon has expired.',
  coupon_exhausted: 'This coupon has been used as often as it may be.',
  coupon_not_for_plan: 'This coupon is not for this plan.',
  coupon_currency_mismatch: 'This coupon is in another currency.',
  no_coupon: 'No coupon is applied.',
  no_upcoming_invoice: 'No invoice is to come: the subscription is paused, ending, or has ended.',
  invoice_not_found: 'There is no such invoice.',
  invoice_not_paid: 'The invoice of the current period is not paid yet; pay it first.',
  invoice_not_payable: 'Nothing is payable on this invoice.',
  invoice_not_open: 'This invoice is not open.',
  invoice_not_draft: 'This invoice is not a draft.',
  invoice_not_creditable: 'A draft or void invoice has nothing to credit.',
  payment_under_way: 'A payment of this invoice is under way; try again when it has settled.',
  payment_disputed:
    'The customer’s bank disputes this payment: nothing of it can be sent back to the card.',
  dispute_not_answerable: 'This dispute takes no answer: it was answered, or it is closed.',
  credit_exceeds_invoice: 'More can’t be credited than is left of the invoice.',
  currency_not_supported: 'This currency is not supported.',
  managed_by_stripe: MANAGED_BY_STRIPE,
};

/** An expected no with its sentence. */
export const refusal = (code: Code): Refusal => ({ code, message: messages[code] });

/** Why the state machine says no to an event, if it does. */
export function refusedBy(
  { status }: SubscriptionRecord,
  event: SubscriptionEvent,
): Refusal | undefined {
  const result = transition(status, event);
  if (!('refusal' in result)) return undefined;
  // A person asked for it, so it is not out of place by itself: it is the wrong moment.
  if (result.refusal === 'event_out_of_place') return refusal('subscription_incomplete');
  return refusal(result.refusal);
}

/**
 * What the state machine makes of an event that only the system brings about.
 * @throws Error where the table has no such transition: a bug, for a person to look at
 */
export function transitionOf(
  { id, status }: SubscriptionRecord,
  event: SubscriptionEvent,
): Transition {
  const result = transition(status, event);
  if ('refusal' in result) throw new Error(`${event} can't happen to ${id}, which is ${status}.`);
  return result;
}
