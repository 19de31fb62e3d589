import type { Instant } from './instant';
import { isLive } from './subscription';
import type { OpenInvoice, SubscriptionState } from './subscription-state';

export type Step =
  | { type: 'expire'; at: Instant }
  | { type: 'expire_change'; at: Instant }
  | { type: 'collect'; at: Instant; invoiceId: string }
  | { type: 'mark_overdue'; at: Instant; invoiceId: string }
  | { type: 'give_up'; at: Instant; invoiceId: string }
  | { type: 'remind'; at: Instant; invoiceId: string }
  | { type: 'start'; at: Instant }
  | { type: 'announce_trial_end'; at: Instant }
  | { type: 'resume'; at: Instant }
  | { type: 'cross_boundary'; at: Instant };

const PAYMENT_STEPS = ['expire', 'expire_change', 'collect', 'give_up'] as const;

export type PaymentStep = Extract<Step, { type: (typeof PAYMENT_STEPS)[number] }>;

/**
 * Steps that talk to Stripe; one of them is under way at a time. Giving up is one of them: nobody's
 * subscription ends while their last payment is being tried, nor because Stripe is down.
 */
export function isPaymentStep(step: Step): step is PaymentStep {
  return PAYMENT_STEPS.some((type) => type === step.type);
}

/** Nor is anybody reminded of what may just be being paid or given up. */
const waitsForPayment = (step: Step) => isPaymentStep(step) || step.type === 'remind';

/**
 * The next thing that must happen, past or future; of things due at one instant, the order of `Step`
 * decides: money before the boundary, so that a cycle's last attempt is made in that cycle.
 * `paymentUnderWay` leaves out the steps that must wait until it has come to its end.
 */
export function nextStep(state: SubscriptionState, paymentUnderWay = false): Step | undefined {
  let next: Step | undefined;
  for (const step of steps(state)) {
    if (paymentUnderWay && waitsForPayment(step)) continue;
    if (next === undefined || step.at < next.at) next = step;
  }
  return next;
}

/** Every step ahead, in the order that breaks ties. */
function steps(state: SubscriptionState): Step[] {
  const { invoices } = state;
  return [
    ...own('expire', state.expiresAt),
    ...own('expire_change', state.changeExpiresAt),
    ...inCollection(invoices).flatMap(({ id, attemptAt }) => at('collect', id, attemptAt)),
    ...invoices.flatMap(({ id, dueAt }) => at('mark_overdue', id, dueAt)),
    ...invoices.flatMap(({ id, finalAt }) => at('give_up', id, finalAt)),
    ...invoices.flatMap(({ id, reminderAt }) => at('remind', id, reminderAt)),
    ...own('start', state.startsAt),
    ...own('announce_trial_end', state.trialNoticeAt),
    ...own('resume', state.resumeAt),
    ...own('cross_boundary', state.boundaryAt),
  ];
}

type OwnStep = Exclude<Step, { invoiceId: string }>;

function own(type: OwnStep['type'], instant: Instant | undefined): Step[] {
  return instant === undefined ? [] : [{ type, at: instant }];
}

/** Sent invoices are each on their own; of those that we charge, the others wait behind the oldest. */
function inCollection(invoices: OpenInvoice[]): OpenInvoice[] {
  const oldestCharged = invoices.find(
    ({ sent, draft, rests }) => sent !== true && draft !== true && rests !== true,
  );
  return invoices.filter((invoice) => invoice.sent === true || invoice === oldestCharged);
}

type InvoiceStep = Extract<Step, { invoiceId: string }>;

function at(type: InvoiceStep['type'], invoiceId: string, instant: Instant | undefined): Step[] {
  return instant === undefined ? [] : [{ type, at: instant, invoiceId }];
}

/** Nothing can happen to it any more but by money that arrives late. */
export function isOver(state: SubscriptionState): boolean {
  return (
    !isLive(state.status) && state.invoices.length === 0 && state.changeExpiresAt === undefined
  );
}
