import * as fc from 'fast-check';
import {
  isLive,
  SUBSCRIPTION_EFFECTS,
  SUBSCRIPTION_EVENTS,
  SUBSCRIPTION_REFUSALS,
  SUBSCRIPTION_STATUSES,
  transition,
  type SubscriptionEvent,
  type SubscriptionStatus,
  type Transition,
} from '../../../billing/subscription';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

/** The statuses that a life goes through; a refusal stays in brackets. */
const live = (start: SubscriptionStatus, ...events: SubscriptionEvent[]): string[] => {
  let status = start;
  return events.map((event) => {
    const result = transition(status, event);
    if ('refusal' in result) return `(${result.refusal})`;
    status = result.status;
    return status;
  });
};

const effects = (status: SubscriptionStatus, event: SubscriptionEvent) => {
  const result = transition(status, event);
  return 'refusal' in result ? result.refusal : result.effects;
};

describe('a subscription', () => {
  it('whose card wants authentication is incomplete until paid, or given up', () => {
    expect(live('incomplete', 'first_payment_succeeded')).toEqual(['active']);
    expect(live('incomplete', 'first_payment_declined')).toEqual(['incomplete_expired']);
    expect(live('incomplete', 'first_payment_expired')).toEqual(['incomplete_expired']);
  });

  it('is given up by cancelling the payment before voiding the invoice', () => {
    expect(effects('incomplete', 'first_payment_expired')).toEqual([
      'cancel_payment_intent',
      'void_first_invoice',
      'end_subscription',
    ]);
  });

  it('that starts in the future is incomplete until then, and starts with its trial or its first invoice', () => {
    expect(live('incomplete', 'pause', 'change_now', 'started_with_trial', 'trial_ended')).toEqual([
      '(subscription_incomplete)',
      '(subscription_incomplete)',
      'trialing',
      'active',
    ]);
    expect(effects('incomplete', 'started_with_trial')).toEqual([]);
    expect(effects('incomplete', 'started')).toEqual(['issue_cycle_invoice']);
    expect(live('incomplete', 'started', 'started')).toEqual(['active', '(event_out_of_place)']);
    expect(live('incomplete', 'cancel_now')).toEqual(['incomplete_expired']);
  });

  it('goes from its trial into a new epoch', () => {
    expect(effects('trialing', 'trial_ended')).toEqual([
      'begin_epoch_at_trial_end',
      'issue_cycle_invoice',
    ]);
    expect(live('trialing', 'trial_ended', 'payment_past_due')).toEqual(['active', 'past_due']);
  });

  it('goes on being invoiced while it is past due, and is active again when all is settled', () => {
    expect(effects('past_due', 'boundary_reached')).toEqual(['issue_cycle_invoice']);
    expect(
      live('active', 'payment_past_due', 'boundary_reached', 'payment_past_due', 'all_settled'),
    ).toEqual(['past_due', 'past_due', 'past_due', 'active']);
  });

  it('ends by its dunning policy', () => {
    expect(live('past_due', 'final_action_cancel')).toEqual(['canceled']);
    expect(live('past_due', 'final_action_unpaid', 'all_settled')).toEqual(['unpaid', 'active']);
    expect(live('past_due', 'final_action_leave_past_due')).toEqual(['past_due']);
    expect(effects('unpaid', 'boundary_reached')).toEqual(['draft_cycle_invoice']);
  });

  it('that is past due changes nothing but a downgrade at the period’s end', () => {
    expect(
      live('past_due', 'change_now', 'change_at_period_end', 'downgrade_at_period_end'),
    ).toEqual(['(subscription_past_due)', '(subscription_past_due)', 'past_due']);
  });

  it('that is paused skips its cycles, and is billed for the rest of one on resuming', () => {
    expect(effects('paused', 'boundary_reached')).toEqual(['record_skipped_cycle']);
    expect(effects('paused', 'resume')).toEqual(['bill_rest_of_unbilled_period']);
    expect(live('active', 'pause', 'pause', 'resume', 'resume')).toEqual([
      'paused',
      '(already_paused)',
      'active',
      '(not_paused)',
    ]);
  });

  it('that is paused with a debt is past due on resuming, and billed all the same', () => {
    expect(live('active', 'resume_with_debt')).toEqual(['(not_paused)']);
    expect(live('past_due', 'pause', 'resume_with_debt', 'all_settled')).toEqual([
      'paused',
      'past_due',
      'active',
    ]);
    expect(effects('paused', 'resume_with_debt')).toEqual(['bill_rest_of_unbilled_period']);
  });

  it('that is paused changes at a period’s end, but not now', () => {
    for (const change of ['change_at_period_end', 'downgrade_at_period_end'] as const) {
      expect(live('paused', change)).toEqual(['paused']);
      expect(effects('paused', change)).toEqual(['schedule_change']);
    }
    for (const status of ['paused', 'past_due', 'unpaid'] as const) {
      expect(live(status, 'change_now')).toEqual([`(subscription_${status})`]);
    }
  });

  it('can be canceled at the end, kept after all, and canceled now', () => {
    expect(
      live('active', 'cancel_at_period_end', 'reactivate', 'cancel_at_period_end', 'end_reached'),
    ).toEqual(['active', 'active', 'active', 'canceled']);
    expect(effects('active', 'cancel_now')).toEqual([
      'stop_collecting_and_credit_unused',
      'credit_unused_paid_time',
      'end_subscription',
    ]);
  });

  it('that has ended takes no more orders, and late money does not revive it', () => {
    const orders: SubscriptionEvent[] = [
      'pause',
      'resume',
      'reactivate',
      'change_now',
      'cancel_now',
    ];
    for (const order of orders) {
      expect(live('canceled', order)).toEqual(['(subscription_ended)']);
      expect(live('incomplete_expired', order)).toEqual(['(subscription_ended)']);
    }
    expect(live('canceled', 'all_settled')).toEqual(['canceled']);
    expect(live('incomplete_expired', 'first_payment_succeeded')).toEqual(['(subscription_ended)']);
  });

  it('tries its oldest invoice at once with a new card', () => {
    expect(effects('past_due', 'payment_method_changed')).toEqual(['retry_oldest_invoice']);
    expect(effects('active', 'payment_method_changed')).toEqual([]);
  });

  it('is live from incomplete to paused', () => {
    expect(SUBSCRIPTION_STATUSES.filter(isLive)).toEqual([
      'incomplete',
      'trialing',
      'active',
      'past_due',
      'unpaid',
      'paused',
    ]);
  });
});

describe('the state machine', () => {
  it('has an answer for every pair of status and event, in words that are known', () => {
    const answers = SUBSCRIPTION_STATUSES.flatMap((status) =>
      SUBSCRIPTION_EVENTS.map((event) => transition(status, event)),
    );
    expect(answers.filter((answer) => !isKnown(answer))).toEqual([]);
    expect(answers).toHaveLength(SUBSCRIPTION_STATUSES.length * SUBSCRIPTION_EVENTS.length);
  });

  it('brings about every effect and every refusal somewhere', () => {
    const answers = SUBSCRIPTION_STATUSES.flatMap((status) =>
      SUBSCRIPTION_EVENTS.map((event) => transition(status, event)),
    );
    const words = new Set(
      answers.flatMap((answer): string[] =>
        'refusal' in answer ? [answer.refusal] : [...answer.effects],
      ),
    );
    expect([...words].toSorted()).toEqual(
      [...SUBSCRIPTION_EFFECTS, ...SUBSCRIPTION_REFUSALS].toSorted(),
    );
  });

  it(
    'never leaves an end, ends only with the effect of ending, and never begins anew',
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom('incomplete' as const, 'trialing' as const, 'active' as const),
          fc.array(fc.constantFrom(...SUBSCRIPTION_EVENTS), { maxLength: 60 }),
          (start, events) => {
            let status: SubscriptionStatus = start;
            for (const event of events) {
              const answer = transition(status, event);
              expect(isKnown(answer)).toBe(true);
              if ('refusal' in answer) continue;
              expect(flawOf(status, answer)).toBeUndefined();
              status = answer.status;
            }
          },
        ),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

function isKnown(answer: ReturnType<typeof transition>): boolean {
  if ('refusal' in answer) return SUBSCRIPTION_REFUSALS.includes(answer.refusal);
  const { status, effects: done } = answer;
  return (
    SUBSCRIPTION_STATUSES.includes(status) &&
    done.every((effect) => SUBSCRIPTION_EFFECTS.includes(effect)) &&
    new Set(done).size === done.length
  );
}

function flawOf(from: SubscriptionStatus, { status, effects: done }: Transition) {
  if (!isLive(from) && isLive(status)) return 'revived';
  if (!isLive(from) && status !== from) return 'ended otherwise';
  if (isLive(from) && !isLive(status) && !done.includes('end_subscription')) return 'not ended';
  if (status === 'incomplete' && from !== 'incomplete') return 'began anew';
  if (status === 'trialing' && from !== 'trialing' && from !== 'incomplete')
    return 'on trial again';
  return undefined;
}
