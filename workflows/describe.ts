import type { Instant } from '../billing/instant';
import type { Step } from '../billing/schedule';
import type { SubscriptionState } from '../billing/subscription-state';

/** What operators read in the Temporal Web UI. */
export interface Waiting {
  /** One line, as the timer's summary. */
  summary: string;
  /** Markdown: what it is, what it waits for, until when, and what happens then. */
  details: string;
}

const what: Record<Step['type'], string> = {
  expire: 'give up the first payment',
  expire_change: 'give up a change that was not paid',
  start: 'start',
  announce_trial_end: 'announce the end of the trial',
  resume: 'resume',
  collect: 'collect an invoice',
  remind: 'remind the customer of an open invoice',
  mark_overdue: 'mark an invoice overdue',
  give_up: 'take the final action on an unpaid invoice',
  cross_boundary: 'renew',
};

/** Says in plain words what a subscription is and waits for. */
export function describeWait({
  state,
  step,
  paying,
  attention,
  clock,
}: {
  state: SubscriptionState | undefined;
  step: Step | undefined;
  paying: boolean;
  attention?: string;
  clock?: Instant;
}): Waiting {
  if (state === undefined) return { summary: 'being made', details: 'Being made.' };
  const next = nextInWords(state, step);
  const summary =
    attention !== undefined
      ? 'stopped: needs attention'
      : paying
        ? `waiting for Stripe; then ${next}`
        : next;
  const lines = [
    `**${state.status}**, cycle ${state.cycle}${state.ends === true ? ', ends with it' : ''}`,
    attention === undefined
      ? `Waits ${paying ? 'for Stripe’s answer, then ' : ''}to ${next}.`
      : `**Needs attention:** ${attention} Mend it, then send the signal \`retry\`.`,
    `Open invoices: ${state.invoices.length === 0 ? 'none' : state.invoices.map(({ id }) => id).join(', ')}.`,
    ...(clock === undefined ? [] : [`On a test clock, where it is ${clock}.`]),
  ];
  return { summary, details: lines.join('\n\n') };
}

function nextInWords(state: SubscriptionState, step: Step | undefined): string {
  if (step === undefined) return 'hear of a payment';
  if (step.type !== 'cross_boundary') return `${what[step.type]} at ${step.at}`;
  if (state.ends === true) return `end at ${step.at}`;
  const verb = state.status === 'trialing' ? 'end the trial and begin' : 'renew into';
  return `${verb} cycle ${state.cycle + 1} at ${step.at}`;
}
