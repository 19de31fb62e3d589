import {
  ApplicationFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Collected } from '../activities/settlement';
import type { Commanded } from '../activities/command';
import type { Deadline } from '../activities/deadlines';
import { millisecondsBetween, toInstant, type Instant } from '../billing/instant';
import { isOver, isPaymentStep, nextStep, type PaymentStep, type Step } from '../billing/schedule';
import type { SubscriptionState } from '../billing/subscription-state';
import { database, payments } from './activities';
import { Alarm } from './alarm';
import { describeWait, type Waiting } from './describe';
import { finishAtStripe } from './finish-at-stripe';
import {
  advanceClockUpdate,
  applyCouponUpdate,
  cancelSignal,
  cancelUpdate,
  changeUpdate,
  createUpdate,
  dropChangeUpdate,
  invoiceUpdate,
  pauseUpdate,
  paymentEventSignal,
  paymentMethodChangedSignal,
  paymentReadSignal,
  payUpdate,
  reactivateUpdate,
  removeCouponUpdate,
  resumeUpdate,
  retrySignal,
  viewQuery,
  type CancelRequest,
  type CommandOutcome,
  type CreateOutcome,
  type CreateRequest,
  type InvoiceCommand,
  type Refusal,
  type SubscriptionInput,
} from './messages';
import { LifeTime } from './life-time';
import { mirroredLife } from './mirrored-subscription';
import { PaymentLane } from './payment-lane';
import { reasonOf } from './reason-of';
import { searchAttributes } from './search-attributes';

/** History is begun anew after this many cycles, or sooner when Temporal suggests it. */
const cyclesPerRun = 12;

/**
 * The whole life of one subscription. It sleeps until the earliest thing that must happen, does it,
 * and reacts to messages at any moment. The database row is the truth (I6): every step is one
 * activity that changes rows and answers the state, of which the newest revision counts. One
 * command or step runs at a time; one call to Stripe may be under way beside it, so that no outage
 * of Stripe's keeps the subscription from anything else.
 */
export async function subscription(input: SubscriptionInput): Promise<void> {
  // A cancellation asked of Temporal itself would end the workflow and leave the row alive; to end a
  // subscription there is the signal `cancel`.
  await CancellationScope.nonCancellable(async () => {
    const { mirrors } = input;
    if (mirrors !== undefined) return mirroredLife({ ...input, mirrors });
    const life = new Life(input);
    life.listen();
    await life.begin();
    do {
      await life.live();
      await condition(() => allHandlersFinished() || life.hasWork);
    } while (life.hasWork);
  });
}

type Declined = NonNullable<Collected['declined']>;

/** A change of the row, told whom it concerns, when, and which asking it is. */
type Change<Result extends Commanded = Commanded> = (about: {
  subscriptionId: string;
  now: Instant;
  commandId: string;
}) => Promise<Result>;

/** What there is to go on from, once it is made or found; `mirrors` is Stripe's id of one that it runs itself. */
type Begun = { refused: Refusal } | { state: SubscriptionState; clock?: Instant; mirrors?: string };

/** What a change may leave to be done at Stripe before its caller is answered. */
type WithPayment = Commanded & { collect?: string };

class Life {
  private readonly id: string;
  private state: SubscriptionState | undefined;
  private outcome: CreateOutcome | undefined;
  /** Messages that wait for their turn. */
  private readonly commands: (() => Promise<void>)[] = [];
  private readonly lane = new PaymentLane(
    ({ state }) => this.adopt(state),
    (error) => this.stop(reasonOf(error)),
  );
  private readonly alarm = new Alarm();
  /** Why it stopped, until an operator says `retry`. */
  private attention: string | undefined;
  private readonly time: LifeTime;
  private atRest = false;
  private startingNewRun = false;
  private readonly firstCycle: number;
  private shownStatus: string | undefined;
  /** Why the first payment failed, for the answer to `create`. */
  private firstDecline: Declined | undefined;

  constructor(private readonly input: SubscriptionInput) {
    this.id = input.subscriptionId;
    const { carried } = input;
    this.state = carried?.state;
    this.time = new LifeTime(carried);
    this.firstCycle = carried?.state.cycle ?? 0;
    this.shownStatus = carried?.state.status;
  }

  /** Whether anybody waits for something to be done. */
  get hasWork(): boolean {
    return this.commands.length > 0 || this.paying;
  }

  private get paying(): boolean {
    return this.lane.isBusy;
  }

  /** Handlers come before the first await: a message may be older than the first line of the loop. */
  listen(): void {
    setHandler(createUpdate, async () => {
      await condition(() => this.outcome !== undefined);
      return this.outcome ?? this.noSuchSubscription();
    });
    setHandler(cancelUpdate, async (request) => {
      const result = await this.cancel(request);
      // One that is incomplete ends once its intent is canceled at Stripe.
      await this.unless(() => this.state?.status !== 'incomplete');
      return this.answer(result);
    });
    setHandler(cancelSignal, async (request) => {
      // Sent by hand without an input it means the milder of the two.
      await this.orderly(() => this.cancel({ atPeriodEnd: true, ...request }));
    });
    setHandler(reactivateUpdate, async () =>
      this.answer(await this.command((about) => database.reactivate(about))),
    );
    setHandler(changeUpdate, async (request) => {
      const change: Change<WithPayment> = (about) => database.changePlan({ ...request, ...about });
      // Only what is to be paid now has to wait for Stripe.
      if (request.when === 'now') return this.paid(change);
      return this.answer(await this.command(change));
    });
    setHandler(dropChangeUpdate, async () => {
      const result = await this.command((about) => database.withdrawChange(about));
      // One that waits for its payment is over once its intent is canceled at Stripe, unless the bank is at it.
      await this.unless(() => {
        const expiresAt = this.state?.changeExpiresAt;
        return expiresAt === undefined || expiresAt > this.time.now();
      });
      return this.answer(result);
    });
    setHandler(pauseUpdate, async (request) =>
      this.answer(await this.command((about) => database.pause({ ...request, ...about }))),
    );
    setHandler(resumeUpdate, () => this.resume());
    setHandler(applyCouponUpdate, async (request) =>
      this.answer(await this.command((about) => database.applyCoupon({ ...request, ...about }))),
    );
    setHandler(removeCouponUpdate, async () =>
      this.answer(await this.command((about) => database.removeCoupon(about))),
    );
    setHandler(invoiceUpdate, (request) => this.invoiceCommand(request));
    setHandler(payUpdate, ({ invoiceId }) =>
      this.paid((about) => database.payNow({ ...about, invoiceId }), invoiceId),
    );
    setHandler(paymentMethodChangedSignal, async () => {
      await this.orderly(() => this.command((about) => database.retryPastDue(about)));
    });
    setHandler(paymentEventSignal, ({ eventId }) => {
      void this.lane.run(() => payments.applyPaymentEvent({ eventId, now: this.time.now() }));
    });
    setHandler(paymentReadSignal, (payment) => {
      const about = { ...payment, ...this.addressed(this.time.now()), anyNews: true as const };
      void this.lane.run(() => payments.readPayment(about));
    });
    setHandler(retrySignal, () => {
      this.commands.push(() => this.goOn());
    });
    setHandler(advanceClockUpdate, ({ to }) => this.advance(to), {
      validator: ({ to }) => this.checkAdvance(to),
    });
    setHandler(viewQuery, () => this.view());
  }

  /** Makes the subscription, or finds it in the database. */
  async begin(): Promise<void> {
    if (this.state !== undefined) return;
    const { create } = this.input;
    const begun: Begun | undefined =
      create === undefined
        ? await database.loadSubscription({ subscriptionId: this.id })
        : await this.create(create);
    if (begun === undefined || 'refused' in begun) {
      this.outcome = begun ?? this.noSuchSubscription();
      return;
    }
    // Started by hand for one that Stripe runs: it must bill nothing.
    const { mirrors } = begun;
    if (mirrors !== undefined) {
      await continueAsNew<typeof subscription>({ subscriptionId: this.id, mirrors });
    }
    this.time.startAt(begun.clock);
    this.adopt(begun.state);
  }

  /** One step or command after another, until nothing can happen any more. */
  async live(): Promise<void> {
    for (;;) {
      this.settleOutcome();
      const overdue = this.commands.length > 0 ? this.overdueStep() : undefined;
      if (overdue !== undefined) {
        await this.take(overdue);
        continue;
      }
      const command = this.commands.shift();
      if (command !== undefined) {
        await command();
        continue;
      }
      if (this.state === undefined) return;
      if (isOver(this.state) && !this.paying) return this.rest();
      if (this.wantsNewRun()) return this.startNewRun();
      const step = this.nextStep();
      if (step !== undefined && this.time.isDue(step.at, this.paying)) {
        await this.take(step);
        continue;
      }
      await this.wait(step);
    }
  }

  private async create(request: CreateRequest) {
    const about = { subscriptionId: this.id, request, now: this.time.now() };
    if (request.paymentMethodId === undefined) return database.createSubscription(about);
    const saved = await payments.savePaymentMethod(about);
    if ('refused' in saved) return saved;
    return database.createSubscription({ ...about, paymentMethodId: saved.paymentMethodId });
  }

  private noSuchSubscription(): CreateOutcome {
    return {
      refused: { code: 'subscription_not_found', message: 'There is no such subscription.' },
    };
  }

  private addressed(now: Instant) {
    return { subscriptionId: this.id, now };
  }

  private nextStep(): Step | undefined {
    if (this.state === undefined || this.attention !== undefined) return undefined;
    return nextStep(this.state, this.paying);
  }

  /** What was due before a message came is done before it is obeyed; a payment is only begun. */
  private overdueStep(): Step | undefined {
    const step = this.nextStep();
    const passed = step !== undefined && step.at <= this.time.now();
    return passed && this.time.isDue(step.at, this.paying) ? step : undefined;
  }

  private async take(step: Step): Promise<void> {
    this.time.visit(step.at);
    const revision = this.state?.revision;
    if (isPaymentStep(step)) {
      void this.lane.run(async () => {
        const collected = await this.payment(step);
        if (collected.state.revision === revision) await this.stop(noProgress(step));
        return collected;
      });
      return;
    }
    try {
      this.adopt(await this.databaseStep(step));
    } catch (error) {
      return this.stop(reasonOf(error));
    }
    if (this.state?.revision === revision) await this.stop(noProgress(step));
  }

  private databaseStep(step: Exclude<Step, PaymentStep>): Promise<SubscriptionState> {
    const deadline = (invoiceId: string) => ({ ...this.addressed(this.time.now()), invoiceId });
    switch (step.type) {
      case 'cross_boundary':
        return database.crossBoundary({
          ...this.addressed(this.time.now()),
          cycle: this.state?.cycle ?? 0,
        });
      case 'start':
        return database.startSubscription(this.addressed(this.time.now()));
      case 'announce_trial_end':
        return database.announceTrialEnd(this.addressed(this.time.now()));
      case 'resume':
        return database.resumeWhenDue(this.addressed(this.time.now()));
      case 'remind':
        return database.remind(deadline(step.invoiceId));
      case 'mark_overdue':
        return database.markOverdue(deadline(step.invoiceId));
    }
  }

  /** Only what Stripe says is not paid is given up. */
  private async giveUp(deadline: Deadline): Promise<Collected> {
    const read = await payments.readPayment(deadline);
    const stillOpen = read.state.invoices.some(({ id }) => id === deadline.invoiceId);
    return stillOpen ? { state: await database.giveUp(deadline) } : read;
  }

  private async payment(step: PaymentStep): Promise<Collected> {
    const about = this.addressed(this.time.now());
    if (step.type === 'expire') return payments.expireIncomplete(about);
    if (step.type === 'expire_change') return payments.expireChange(about);
    if (step.type === 'give_up') return this.giveUp({ ...about, invoiceId: step.invoiceId });
    const collected = await payments.collect({ ...about, invoiceId: step.invoiceId });
    if (collected.declined !== undefined) this.firstDecline ??= collected.declined;
    return collected;
  }

  /**
   * A change and then the payment of the invoice that it leaves, `asked` for by the caller or made by
   * the change. The lane is taken before the invoice is marked, so that the loop leaves the charge to us.
   */
  private async paid(change: Change<WithPayment>, asked?: string): Promise<CommandOutcome> {
    let answer: CommandOutcome | undefined;
    let failure: unknown;
    await this.lane.run(async () => {
      const commanded = await this.command(change).catch((error: unknown) => {
        failure = error;
        return undefined;
      });
      if (commanded === undefined) return undefined;
      const invoiceId = asked ?? ('refused' in commanded ? undefined : commanded.collect);
      if ('refused' in commanded || invoiceId === undefined) {
        answer = this.answer(commanded);
        return undefined;
      }
      const occasion = { ...this.addressed(this.time.now()), invoiceId };
      const collected = await payments.collect(
        asked === undefined ? occasion : { ...occasion, asked: true as const },
      );
      this.adopt(collected.state);
      answer = {
        ...this.answer(commanded),
        ...(collected.declined === undefined ? {} : { declined: collected.declined }),
      };
      return collected;
    });
    if (answer !== undefined) return answer;
    if (failure !== undefined) throw failure;
    throw ApplicationFailure.nonRetryable(this.attention ?? 'The payment failed.');
  }

  /** Whatever becomes of the payment of what is left of the period, the subscription has resumed. */
  private async resume(): Promise<CommandOutcome> {
    const commanded = await this.command((about) => database.resume(about));
    if (!('refused' in commanded) && commanded.collect !== undefined) {
      const occasion = { ...this.addressed(this.time.now()), invoiceId: commanded.collect };
      await this.lane.run(() => payments.collect(occasion));
    }
    return this.answer(commanded);
  }

  /** An operator's word on an invoice; what it leaves to do at Stripe is done before the answer. */
  private async invoiceCommand(command: InvoiceCommand): Promise<CommandOutcome> {
    const commanded = await this.command((about) => database.invoiceCommand({ ...about, command }));
    if (!('refused' in commanded)) {
      await this.lane.run(() => finishAtStripe(this.addressed(this.time.now()), commanded));
    }
    const { creditNoteId } = commanded;
    return { ...this.answer(commanded), ...(creditNoteId === undefined ? {} : { creditNoteId }) };
  }

  /** Puts a change in its turn among steps and other changes; the caller gets its answer. */
  private command<Result extends Commanded>(change: Change<Result>): Promise<Result> {
    const commandId = uuid4();
    return new Promise((resolve, reject) => {
      this.commands.push(async () => {
        try {
          const commanded = await change({ ...this.addressed(this.time.now()), commandId });
          this.adopt(commanded.state);
          resolve(commanded);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  /** What is canceled does not wait for Stripe; an intent that nobody may pay any more is closed after. */
  private async cancel(request: CancelRequest): Promise<Commanded> {
    const commanded = await this.command((about) => database.cancel({ ...request, ...about }));
    if (!('refused' in commanded) && commanded.cancelIntentOf !== undefined) {
      void this.lane.run(() => finishAtStripe(this.addressed(this.time.now()), commanded));
    }
    return commanded;
  }

  /** A change that nobody waits for: a failure stops the subscription instead of being answered. */
  private async orderly(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      await this.stop(reasonOf(error));
    }
  }

  private answer(commanded: Commanded): CommandOutcome {
    if ('refused' in commanded) return { refused: commanded.refused };
    return { status: this.state?.status ?? commanded.state.status };
  }

  /** Waits for an end that needs Stripe, but keeps neither an operator nor a new run waiting. */
  private unless(over: () => boolean): Promise<void> {
    return condition(() => over() || this.attention !== undefined || this.startingNewRun);
  }

  /** Of two answers that crossed, the row's revision tells the newer. */
  private adopt({ planId, ...state }: SubscriptionState & { planId?: string }): void {
    if (planId !== undefined) {
      upsertSearchAttributes([{ key: searchAttributes.planId, value: planId }]);
    }
    if (this.state !== undefined && state.revision < this.state.revision) return;
    this.state = state;
    if (state.status === this.shownStatus) return;
    this.shownStatus = state.status;
    upsertSearchAttributes([{ key: searchAttributes.status, value: state.status }]);
  }

  /** What the caller of `create` waits for: the first payment's outcome, or that there is none. */
  private settleOutcome(): void {
    if (this.outcome !== undefined || this.state === undefined || this.paying) return;
    const { status, invoices } = this.state;
    const first = invoices[0];
    const stillToPay = status === 'incomplete' && first?.attemptAt !== undefined;
    if (stillToPay && this.attention === undefined) return;
    this.outcome = {
      subscriptionId: this.id,
      status,
      ...(first === undefined ? {} : { invoiceId: first.id }),
      ...(this.firstDecline === undefined ? {} : { declined: this.firstDecline }),
    };
  }

  /** A step that can't go on stops this subscription, alone, until an operator says `retry`. */
  private async stop(reason: string): Promise<void> {
    this.attention = reason;
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: true }]);
    await this.showAttention(reason);
  }

  private async goOn(): Promise<void> {
    if (this.attention === undefined) return;
    this.attention = undefined;
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: false }]);
    await this.showAttention(null);
  }

  /** On the row too; where that fails, the search attribute shows it all the same. */
  private async showAttention(reason: string | null): Promise<void> {
    try {
      this.adopt(await database.markAttention({ subscriptionId: this.id, reason }));
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
    }
  }

  private checkAdvance(to: Instant): void {
    if (this.input.create?.testClockId === undefined && this.time.frozenAt === undefined) {
      throw ApplicationFailure.nonRetryable('This subscription is not on a test clock.');
    }
    if (to !== toInstant(to)) throw ApplicationFailure.nonRetryable('Not an instant.');
  }

  private async advance(to: Instant): Promise<{ rest: boolean }> {
    await condition(() => this.time.frozenAt !== undefined);
    this.time.mayReach(to);
    await condition(() => this.restsAt(to) || this.startingNewRun);
    return { rest: this.restsAt(to) };
  }

  /** One that needs attention rests where it is stuck, and does not hold the clock for the others. */
  private restsAt(to: Instant): boolean {
    return this.atRest && (this.time.hasReached(to) || this.attention !== undefined);
  }

  /** Nothing is due up to the target and nothing is in flight: the clock stands there. */
  private rest(): void {
    if (this.attention === undefined) this.time.arrive();
    this.atRest = true;
  }

  /** Sleeps until the next step, a message, the end of a payment, or a test clock's hand. */
  private async wait(step: Step | undefined): Promise<void> {
    const waiting = this.describe(step);
    setCurrentDetails(waiting.details);
    const { attention } = this;
    const { target } = this.time;
    const { length } = this.lane;
    const revision = this.state?.revision;
    if (this.time.frozenAt === undefined && step !== undefined) {
      const milliseconds = Math.max(millisecondsBetween(this.time.now(), step.at), 1);
      this.alarm.set(step.at, milliseconds, waiting.summary);
    } else {
      this.alarm.clear();
      if (!this.paying) this.rest();
    }
    const alarmed = this.alarm.isSet;
    await condition(
      () =>
        this.commands.length > 0 ||
        this.lane.length !== length ||
        this.time.target !== target ||
        this.attention !== attention ||
        this.state?.revision !== revision ||
        this.alarm.isSet !== alarmed,
    );
    this.atRest = false;
  }

  private wantsNewRun(): boolean {
    if (this.paying || this.state === undefined || this.attention !== undefined) return false;
    const { continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || this.state.cycle - this.firstCycle >= cyclesPerRun;
  }

  /** Between two steps and with every caller answered, so that nobody's message is lost with the history. */
  private async startNewRun(): Promise<void> {
    this.startingNewRun = true;
    await condition(() => allHandlersFinished() || this.commands.length > 0);
    this.startingNewRun = false;
    if (this.commands.length > 0 || this.paying || this.state === undefined) return this.live();
    await continueAsNew<typeof subscription>({
      subscriptionId: this.id,
      carried: {
        state: this.state,
        ...this.time.carried(),
      },
    });
  }

  private describe(step: Step | undefined): Waiting {
    return describeWait({
      state: this.state,
      step,
      paying: this.paying,
      ...(this.attention === undefined ? {} : { attention: this.attention }),
      ...this.onClock(),
    });
  }

  private onClock(): { clock?: Instant } {
    const clock = this.time.frozenAt;
    return clock === undefined ? {} : { clock };
  }

  private view() {
    if (this.state === undefined) throw new Error('The subscription is still being made.');
    const step = this.nextStep();
    return {
      state: this.state,
      waitsFor: this.describe(step).summary,
      ...(step === undefined ? {} : { until: step.at }),
      ...this.onClock(),
      ...(this.attention === undefined ? {} : { needsAttention: this.attention }),
    };
  }
}

/** A step that changes nothing would be due for ever. */
const noProgress = (step: Step) => `The step ${step.type} of ${step.at} changed nothing.`;
