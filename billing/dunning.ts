import { addDays, type Instant } from './instant';

/** A payment attempt; `processing` can last for days (bank debits) and still fail. */
export type AttemptStatus =
  'pending' | 'processing' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

/** What happens when nobody paid until the end of the schedule. */
export type FinalAction = 'cancel' | 'unpaid' | 'leave_past_due';

/** Plan data: on which days after the first failure an unpaid invoice is tried again, and then what. */
export interface DunningPolicy {
  /** Local calendar days after the first failed attempt, ascending. */
  retryDays: number[];
  finalAction: FinalAction;
}

export const DEFAULT_DUNNING: DunningPolicy = { retryDays: [1, 3, 5, 7], finalAction: 'cancel' };

/**
 * What a decline says about trying again by ourselves:
 * retry_soon, the fault was technical or momentary; retry_later, money or the bank's mood may
 * change; needs_customer, only another card or the customer's own action helps; never, the card
 * networks forbid another attempt with this card.
 */
export type DeclineClass = 'retry_soon' | 'retry_later' | 'needs_customer' | 'never';

/** Whether a class of decline is tried again without the customer. */
export const RETRIED_BY_ITSELF: Readonly<Record<DeclineClass, boolean>> = {
  retry_soon: true,
  retry_later: true,
  needs_customer: false,
  never: false,
};

/** Stripe's codes, https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes. */
const CLASS_OF_CODE: Readonly<Record<string, DeclineClass>> = {
  ...codes('retry_soon', 'approve_with_id issuer_not_available lock_timeout processing_error'),
  ...codes('retry_soon', 'reenter_transaction try_again_later'),
  ...codes('retry_later', 'call_issuer card_velocity_exceeded do_not_honor duplicate_transaction'),
  ...codes('retry_later', 'generic_decline insufficient_funds no_action_taken not_permitted'),
  ...codes('retry_later', 'security_violation service_not_allowed transaction_not_allowed'),
  ...codes('retry_later', 'withdrawal_count_limit_exceeded card_decline_rate_limit_exceeded'),
  ...codes('needs_customer', 'authentication_required authentication_not_handled expired_card'),
  ...codes('needs_customer', 'payment_intent_authentication_failure card_not_supported'),
  ...codes(
    'needs_customer',
    'currency_not_supported incorrect_address incorrect_cvc incorrect_zip',
  ),
  ...codes('needs_customer', 'incorrect_number incorrect_pin invalid_account invalid_amount'),
  ...codes('needs_customer', 'invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number'),
  ...codes('needs_customer', 'invalid_pin mobile_device_authentication_required testmode_decline'),
  ...codes('needs_customer', 'new_account_information_available offline_pin_required'),
  ...codes('needs_customer', 'online_or_offline_pin_required pin_try_exceeded'),
  ...codes('needs_customer', 'payment_method_missing payment_method_customer_decline'),
  ...codes('needs_customer', 'bank_account_restricted debit_not_authorized account_closed'),
  ...codes('never', 'blocked do_not_try_again fraudulent highest_risk_level lost_card'),
  ...codes(
    'never',
    'merchant_blacklist pickup_card restricted_card stolen_card stop_payment_order',
  ),
  ...codes('never', 'revocation_of_all_authorizations revocation_of_authorization'),
};

function codes(declineClass: DeclineClass, list: string): Record<string, DeclineClass> {
  return Object.fromEntries(list.split(' ').map((code) => [code, declineClass]));
}

/**
 * The class of a failed attempt by Stripe's `decline_code`, which says more, else by its `code`.
 * What is in no table is a decline like any other: retry_later.
 */
export function classifyDecline(code: string | null, declineCode: string | null): DeclineClass {
  return classOf(declineCode) ?? classOf(code) ?? 'retry_later';
}

function classOf(code: string | null): DeclineClass | undefined {
  return code !== null && Object.hasOwn(CLASS_OF_CODE, code) ? CLASS_OF_CODE[code] : undefined;
}

/**
 * When an unpaid invoice is tried next, or, where that would not help, its customer is reminded, and
 * when its schedule ends. Days count from the first
 * failure, on the subscription's calendar; the end is the last retry day whatever the class, so
 * that waiting for the customer never goes on for ever. The last attempt and the final action
 * share their instant: the attempt goes first, the final action follows if it fails.
 *
 * @param input.attemptsMade attempts of the schedule that failed: the first one and the automatic
 *   retries, not what a customer or a new card started. At least 1.
 */
export function planNextAttempt(input: {
  policy: DunningPolicy;
  firstFailedAt: Instant;
  attemptsMade: number;
  declineClass: DeclineClass;
  timeZone: string;
}): { nextAttemptAt?: Instant; reminderAt?: Instant; finalActionAt: Instant } {
  const { policy, firstFailedAt, attemptsMade, declineClass, timeZone } = input;
  const finalActionAt = addDays(firstFailedAt, policy.retryDays.at(-1) ?? 0, timeZone);
  const day = policy.retryDays[Math.max(attemptsMade, 1) - 1];
  if (day === undefined) return { finalActionAt };
  const at = addDays(firstFailedAt, day, timeZone);
  if (RETRIED_BY_ITSELF[declineClass]) return { nextAttemptAt: at, finalActionAt };
  return at < finalActionAt ? { reminderAt: at, finalActionAt } : { finalActionAt };
}

/** Days of an invoice that the customer pays by hand (send_invoice). */
export interface CollectionPolicy {
  /** From issue to the due date. */
  dueDays: number;
  /** Between reminders, from issue on. */
  reminderEveryDays: number;
  /** From the due date to the policy's final action. */
  finalAfterDueDays: number;
}

export const DEFAULT_COLLECTION: CollectionPolicy = {
  dueDays: 7,
  reminderEveryDays: 3,
  finalAfterDueDays: 30,
};

/** The calendar of an invoice that the customer pays by hand, in local calendar days. */
export interface CollectionSchedule {
  dueAt: Instant;
  /** Strictly before the due date, ascending. */
  reminderAts: Instant[];
  finalActionAt: Instant;
}

export function collectionSchedule(
  issuedAt: Instant,
  timeZone: string,
  policy: CollectionPolicy = DEFAULT_COLLECTION,
): CollectionSchedule {
  const { dueDays, reminderEveryDays, finalAfterDueDays } = policy;
  const reminderAts: Instant[] = [];
  if (reminderEveryDays > 0) {
    for (let day = reminderEveryDays; day < dueDays; day += reminderEveryDays) {
      reminderAts.push(addDays(issuedAt, day, timeZone));
    }
  }
  return {
    dueAt: addDays(issuedAt, dueDays, timeZone),
    reminderAts,
    finalActionAt: addDays(issuedAt, dueDays + finalAfterDueDays, timeZone),
  };
}
