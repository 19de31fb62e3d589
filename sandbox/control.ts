import type Stripe from 'stripe';
import { payInvoice, settleInvoiceOf, type PaymentOutcome } from './subscriptions/collect-invoice';
import {
  announceTrialEnd,
  endSubscription,
  renewSubscription,
  startSubscription,
  type EndReason,
} from './subscriptions/managed-subscriptions';
import { booksOf, type CurrencyBooks } from './books';
import type { Engine } from './engine';
import { ApiError, invalidRequest } from './errors';
import { emit, emitMadeUp, queueDelivery } from './events';
import type { Fault, FaultPlan, FaultTarget } from './http/faults';
import type { Answer } from './http/routes';
import { instrumentByToken, type Dispute as DisputeKind } from './outcomes';
import { settleSlowPayment } from './payments/charge';
import { finishPaymentAuthentication } from './payments/confirm-payment';
import { finishSetupAuthentication } from './payments/confirm-setup';
import { closeDispute, openDispute } from './payments/dispute';
import { settleRefund } from './payments/refund';
import {
  findDispute,
  findPaymentIntent,
  findPaymentMethod,
  findRefund,
  findCustomer,
  findSetupIntent,
  findSubscription,
  idOf,
} from './resources/lookup';
import {
  attach,
  resolvePaymentMethod,
  save as savePaymentMethod,
} from './resources/payment-methods';
import { quietKnobs, type ForcedDecline } from './knobs';
import { FAIR_WEATHER, type Dispatcher, type WebhookWeather } from './webhooks/dispatcher';
import type { Scope } from './world';

export interface ControlParts {
  engine: Engine;
  faults: FaultPlan;
  dispatcher: Dispatcher;
}

/** How many requests per second are due, fail, and how long they take. */
export interface FaultSettings {
  /** Real milliseconds that every request takes. */
  latencyMs?: number | undefined;
  /** Share of requests that meet each fault, 0 to 1. */
  rates?: Partial<Record<Fault, number | undefined>> | undefined;
  /** Whether idempotency keys are passed over, so that a repeated request is done again. */
  forgetKeys?: boolean | undefined;
}

export interface NextPaymentFailure {
  /** Error code; `card_declined` when left out. */
  code?: string | undefined;
  /** Decline code; `generic_decline` when left out. */
  declineCode?: string | undefined;
  /** Only payments of this customer. */
  customer?: string | undefined;
  /** How many payments; 1 when left out. */
  count?: number | undefined;
}

export interface MadeUpEventRequest {
  type: string;
  object: Record<string, unknown>;
  previousAttributes?: Record<string, unknown> | undefined;
  /** Another account's id, for events that are none of our business. */
  account?: string | undefined;
  apiVersion?: string | undefined;
}

/** A subscription that Stripe Billing is to run. */
export interface ManagedSubscription {
  customer: string;
  /** Id of its price, whatever the product knows it by. */
  price: string;
  /** Minor units for each period. */
  amount: number;
  currency?: string | undefined;
  interval?: 'day' | 'week' | 'month' | 'year' | undefined;
  intervalCount?: number | undefined;
  trialDays?: number | undefined;
  /** A `pm_` of the customer, or a test token; their default payment method when left out. */
  paymentMethod?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Of the first payment. */
  outcome?: PaymentOutcome | undefined;
}

/**
 * What Stripe's dashboard, the banks, the card holders and bad luck do: everything that an API client can't bring
 * about itself. Faults and weather are forgotten when the process ends.
 */
export class Control {
  constructor(private readonly parts: ControlParts) {}

  /** Sets latency and random faults; what is left out stays as it is. */
  setFaults(settings: FaultSettings): void {
    this.parts.faults.latencyMs = settings.latencyMs ?? this.parts.faults.latencyMs;
    this.parts.faults.rates = settings.rates ?? this.parts.faults.rates;
    this.parts.faults.forgetsKeys = settings.forgetKeys ?? this.parts.faults.forgetsKeys;
  }

  /** Lets the next matching requests meet a fault. */
  failNextRequests(fault: Fault, count = 1, target: FaultTarget = {}): void {
    this.parts.faults.plan(fault, count, target);
  }

  /** Cuts the connection of the next POSTs before anything has happened. */
  dropBeforeCommit(count = 1): void {
    this.failNextRequests('drop_before_commit', count, { method: 'POST' });
  }

  /** Cuts the connection of the next POSTs after everything has happened. */
  dropAfterCommit(count = 1): void {
    this.failNextRequests('drop_after_commit', count, { method: 'POST' });
  }

  /** Real milliseconds that every request takes from now on. */
  latency(milliseconds: number): void {
    this.parts.faults.latencyMs = milliseconds;
  }

  /** Declines the next charge attempts, whatever the card. */
  failNextPayment(failure: NextPaymentFailure = {}): void {
    const decline: ForcedDecline = {
      code: failure.code ?? 'card_declined',
      decline_code: failure.declineCode ?? 'generic_decline',
    };
    for (let index = 0; index < (failure.count ?? 1); index += 1) {
      this.knobs.forcedDeclines.push({ decline, customer: failure.customer ?? null });
    }
  }

  /** Lets the next charges stay `processing` until `settlePayment`. */
  setPending(count: number): void {
    this.knobs.pendingCharges = count;
  }

  /** Real milliseconds until bank debits and asynchronous refunds settle; null: only by hand. */
  setSettlementDelay(milliseconds: number | null): void {
    this.knobs.settlementDelayMs = milliseconds;
  }

  /** Takes all faults, forced outcomes and bad weather back. */
  calm(): void {
    this.parts.faults.clear();
    Object.assign(this.knobs, quietKnobs());
    this.setWebhooks({ ...FAIR_WEATHER });
  }

  /** The holder of a `pi_` or `seti_` that waits for 3D Secure passes it. */
  complete3ds(intent: string): Promise<Answer> {
    return this.authenticate(intent, true);
  }

  /** The holder fails or gives up 3D Secure. */
  fail3ds(intent: string): Promise<Answer> {
    return this.authenticate(intent, false);
  }

  /** The money of a `processing` payment comes, or does not. */
  settlePayment(intent: string, outcome: 'succeed' | 'fail'): Promise<Answer> {
    return this.parts.engine.bringAbout(intent, (scope) => {
      findPaymentIntent(scope, intent, 'path');
      const answer = settleSlowPayment(scope, intent, outcome);
      if (answer === null) {
        throw invalidRequest(`The payment ${intent} is not processing.`);
      }
      settleInvoiceOf(scope, intent);
      return answer;
    });
  }

  /** Stripe Billing begins a subscription, charging its first period at once unless it begins with a trial. */
  createSubscription(subscription: ManagedSubscription): Promise<Stripe.Subscription> {
    return this.parts.engine.change(null, (scope) => begin(scope, subscription));
  }

  /** Its period ends now: the next one is billed, or it ends when it was to end with its period. */
  renewSubscription(
    subscription: string,
    outcome: PaymentOutcome = 'as_the_card_does',
  ): Promise<Stripe.Subscription> {
    return this.parts.engine.change(null, (scope) =>
      renewSubscription(scope, subscription, outcome),
    );
  }

  /** Stripe Billing tries once more to be paid for an open invoice. */
  payInvoice(
    invoice: string,
    outcome: PaymentOutcome = 'as_the_card_does',
  ): Promise<Stripe.Invoice> {
    return this.parts.engine.change(null, (scope) => payInvoice(scope, invoice, outcome));
  }

  /** Sends customer.subscription.trial_will_end. */
  announceTrialEnd(subscription: string): Promise<Stripe.Subscription> {
    return this.parts.engine.change(null, (scope) => announceTrialEnd(scope, subscription));
  }

  /** Somebody, or Stripe's own dunning, ends a subscription at once. */
  cancelSubscription(
    subscription: string,
    reason: EndReason = 'cancellation_requested',
  ): Promise<Stripe.Subscription> {
    return this.parts.engine.change(null, (scope) =>
      endSubscription(scope, findSubscription(scope, subscription, 'path').object, reason),
    );
  }

  /** The bank takes a refund, or sends it back. */
  settleRefund(refund: string, outcome: 'succeeded' | 'failed'): Promise<Stripe.Refund> {
    return this.parts.engine.bringAbout(refund, (scope) => {
      settleRefund(scope, findRefund(scope, refund, 'path').object.id, outcome);
      return findRefund(scope, refund, 'path').object;
    });
  }

  /**
   * The holder disputes a payment.
   *
   * @param payment a `ch_` or `pi_`
   * @param amount minor units; everything when left out
   */
  openDispute(
    payment: string,
    kind: Partial<DisputeKind> & { amount?: number | undefined } = {},
  ): Promise<Stripe.Dispute> {
    return this.parts.engine.change(null, (scope) => {
      const charge = payment.startsWith('pi_')
        ? (idOf(findPaymentIntent(scope, payment, 'path').object.latest_charge) ?? payment)
        : payment;
      const { reason = 'fraudulent', inquiry = false } = kind;
      return openDispute(scope, charge, { reason, inquiry }, kind.amount ?? null);
    });
  }

  /** The bank decides a dispute. */
  closeDispute(dispute: string, verdict: 'won' | 'lost'): Promise<Stripe.Dispute> {
    return this.parts.engine.change(null, (scope) =>
      closeDispute(scope, findDispute(scope, dispute, 'path').object, verdict),
    );
  }

  /**
   * A saved payment method behaves from now on like another test token, say `pm_card_chargeCustomerFail`: the
   * good card that goes bad.
   */
  setOutcome(paymentMethod: string, token: string): Promise<void> {
    return this.parts.engine.change(null, (scope) => {
      const instrument = instrumentByToken(token);
      if (instrument === undefined) {
        throw invalidRequest(`There is no test token ${token}.`);
      }
      const row = findPaymentMethod(scope, paymentMethod, 'path');
      savePaymentMethod(scope, { ...row, instrument: instrument.number });
    });
  }

  /** The bank renews a card: new expiry date or number, told by `payment_method.automatically_updated`. */
  renewCard(
    paymentMethod: string,
    change: {
      exp_month?: number | undefined;
      exp_year?: number | undefined;
      last4?: string | undefined;
    },
  ): Promise<Stripe.PaymentMethod> {
    return this.parts.engine.change(null, (scope) => renew(scope, paymentMethod, change));
  }

  /** Sets how webhooks are delivered; what is left out stays as it is. */
  setWebhooks(weather: {
    [Setting in keyof WebhookWeather]?: WebhookWeather[Setting] | undefined;
  }): void {
    const { dispatcher } = this.parts;
    dispatcher.weather = {
      paused: weather.paused ?? dispatcher.weather.paused,
      duplicateRate: weather.duplicateRate ?? dispatcher.weather.duplicateRate,
      shuffleMs: weather.shuffleMs ?? dispatcher.weather.shuffleMs,
      lossRate: weather.lossRate ?? dispatcher.weather.lossRate,
    };
    dispatcher.kick();
  }

  /** Holds all webhooks back. */
  pauseWebhooks(): void {
    this.setWebhooks({ paused: true });
  }

  /** Sends what was held back. */
  resumeWebhooks(): void {
    this.setWebhooks({ paused: false });
  }

  /** Sends an event once more to every endpoint, delivered or not. */
  resendEvent(event: string): Promise<void> {
    return this.parts.engine.change(null, (scope) => {
      const { events, webhook_endpoints } = scope.store.tables;
      if (!events.has(event)) {
        throw new ApiError(404, {
          type: 'invalid_request_error',
          message: `No such event: '${event}'`,
        });
      }
      for (const [endpoint] of webhook_endpoints.oldestFirst()) {
        queueDelivery(scope, event, endpoint);
      }
    });
  }

  /** Sends an event of any type and content. Returns its id. */
  sendEvent(request: MadeUpEventRequest): Promise<string> {
    return this.parts.engine.change(null, (scope) =>
      emitMadeUp(scope, {
        type: request.type,
        data: {
          object: request.object,
          ...(request.previousAttributes === undefined
            ? {}
            : { previous_attributes: request.previousAttributes }),
        },
        ...(request.account === undefined ? {} : { account: request.account }),
        ...(request.apiVersion === undefined ? {} : { api_version: request.apiVersion }),
      }),
    );
  }

  /** Resolves when every webhook that is due was tried; retries of refused ones are not waited for. */
  async webhooksSettled(): Promise<void> {
    await this.parts.engine.change(null, () => undefined);
    await this.parts.dispatcher.settled();
  }

  /** What the account took and gave, per currency. */
  books(): Record<string, CurrencyBooks> {
    return booksOf(this.parts.engine.world);
  }

  /** How many rows there are of each kind, and how the world behaves. */
  overview(): Record<string, unknown> {
    const { tables } = this.parts.engine.world.store;
    const counts = Object.entries(tables).map(([name, table]) => [name, table.size]);
    return {
      counts: Object.fromEntries(counts),
      webhooks: this.parts.dispatcher.weather,
      latencyMs: this.parts.faults.latencyMs,
      rates: this.parts.faults.rates,
      forgetKeys: this.parts.faults.forgetsKeys,
      met: this.parts.faults.met,
      knobs: this.knobs,
    };
  }

  private get knobs() {
    return this.parts.engine.world.knobs;
  }

  private authenticate(intent: string, passed: boolean): Promise<Answer> {
    return this.parts.engine.change(null, (scope) =>
      intent.startsWith('seti_')
        ? finishSetupAuthentication(scope, findSetupIntent(scope, intent, 'path').object, passed)
        : finishPaymentAuthentication(
            scope,
            findPaymentIntent(scope, intent, 'path').object,
            passed,
          ),
    );
  }
}

function renew(
  scope: Scope,
  paymentMethod: string,
  change: Parameters<Control['renewCard']>[1],
): Stripe.PaymentMethod {
  const row = findPaymentMethod(scope, paymentMethod, 'path');
  const { card } = row.object;
  if (card === undefined) {
    throw invalidRequest(`${paymentMethod} is no card.`);
  }
  const renewed = {
    ...card,
    exp_month: change.exp_month ?? card.exp_month,
    exp_year: change.exp_year ?? card.exp_year,
    last4: change.last4 ?? card.last4,
  };
  const object = { ...row.object, card: renewed };
  savePaymentMethod(scope, { ...row, object });
  emit(scope, {
    type: 'payment_method.automatically_updated',
    data: { object, previous_attributes: { card } },
  });
  return object;
}

function begin(scope: Scope, wanted: ManagedSubscription): Stripe.Subscription {
  const { id: customer } = findCustomer(scope, wanted.customer, { param: 'customer' }).object;
  return startSubscription(
    scope,
    {
      customer,
      price: wanted.price,
      amount: wanted.amount,
      currency: wanted.currency ?? 'usd',
      recurrence: { interval: wanted.interval ?? 'month', count: wanted.intervalCount ?? 1 },
      trialDays: wanted.trialDays ?? 0,
      paymentMethod:
        wanted.paymentMethod === undefined
          ? null
          : ownMethod(scope, wanted.paymentMethod, customer),
      metadata: wanted.metadata ?? {},
    },
    wanted.outcome ?? 'as_the_card_does',
  );
}

/** A payment method that the customer has, or has from now on. */
function ownMethod(scope: Scope, paymentMethod: string, customer: string): string {
  const row = resolvePaymentMethod(scope, paymentMethod, { param: 'default_payment_method' });
  return row.object.customer === customer ? row.object.id : attach(scope, row, customer).object.id;
}
