import {
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
import type { Answered } from '../activities/mirror/ask-stripe';
import type { Mirrored } from '../activities/mirror/mirrored';
import { toInstant } from '../billing/instant';
import { isLive, MANAGED_BY_STRIPE } from '../billing/subscription';
import type { SubscriptionState } from '../billing/subscription-state';
import { database, payments } from './activities';
import {
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
  type Refusal,
  type SubscriptionInput,
} from './messages';
import { reasonOf } from './reason-of';
import { searchAttributes } from './search-attributes';

/** The input of a subscription that mirrors one of Stripe's. */
export type MirrorInput = SubscriptionInput & { mirrors: string };

/**
 * The life of a subscription that Stripe Billing runs: it waits for Stripe's events, and has the row
 * say what Stripe says, one after the other, so that nothing is overtaken. It bills nothing and has no
 * timer. It ends with the subscription, and a later event starts it again.
 */
export async function mirroredLife(input: MirrorInput): Promise<void> {
  const mirror = new Mirror(input);
  mirror.listen();
  await mirror.begin();
  await mirror.live();
}

const refused: { refused: Refusal } = {
  refused: { code: 'managed_by_stripe', message: MANAGED_BY_STRIPE },
};

class Mirror {
  /** Absent while no row mirrors it. */
  private state: SubscriptionState | undefined;
  /** Events and askings that wait for their turn. */
  private readonly work: (() => Promise<void>)[] = [];
  /** Why a person should look. */
  private attention: string | undefined;
  /** Whether it could not be mirrored the last time, and waits to be told to try again. */
  private failed = false;
  /** The search attributes as they were shown last. */
  private shown: { status?: string; userId?: string; planId?: string; attention?: boolean } = {};

  constructor(private readonly input: MirrorInput) {
    this.state = input.carried?.state;
    const attention = input.carried?.attention;
    if (attention === undefined) return;
    this.attention = attention.reason;
    this.failed = attention.failed;
    // Temporal has kept it on the new run.
    this.shown = { attention: true };
  }

  /** Handlers come before the first await: a message may be older than the first line of the loop. */
  listen(): void {
    setHandler(paymentEventSignal, ({ eventId }) => {
      this.work.push(() => this.mirror(eventId));
    });
    setHandler(cancelUpdate, (request) => this.cancel(request));
    setHandler(cancelSignal, async (request) => {
      await this.orderly(this.cancel({ atPeriodEnd: true, ...request }));
    });
    setHandler(reactivateUpdate, () =>
      this.ask((commandId) => payments.reactivateAtStripe({ ...this.about(), commandId })),
    );
    setHandler(retrySignal, () => {
      this.work.push(() => this.mirror());
    });
    setHandler(viewQuery, () => this.view());
    this.refuseTheRest();
  }

  /** Goes on from the row, if there is one; without news of Stripe's it finds out whether it missed any. */
  async begin(): Promise<void> {
    if (this.state !== undefined) return;
    const known = await database.loadSubscription({ subscriptionId: this.input.subscriptionId });
    this.state = known?.state;
    if (this.work.length === 0) this.work.push(() => this.mirror());
  }

  async live(): Promise<void> {
    for (;;) {
      const next = this.work.shift();
      if (next !== undefined) {
        await next();
      } else if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
        await this.startNewRun();
      } else if (this.isOver && allHandlersFinished()) {
        return;
      } else {
        await this.wait();
      }
    }
  }

  private get isOver(): boolean {
    return !this.failed && (this.state === undefined || !isLive(this.state.status));
  }

  private about() {
    const { subscriptionId, mirrors: stripeSubscriptionId } = this.input;
    return { subscriptionId, stripeSubscriptionId, now: toInstant(new Date()) };
  }

  private async mirror(eventId?: string): Promise<void> {
    try {
      const event = eventId === undefined ? {} : { eventId };
      this.adopt(await payments.mirrorStripeSubscription({ ...this.about(), ...event }));
    } catch (error) {
      await this.stop(reasonOf(error));
    }
  }

  private cancel(request: CancelRequest): Promise<CommandOutcome> {
    return this.ask((commandId) =>
      payments.cancelAtStripe({ ...this.about(), ...request, commandId }),
    );
  }

  /** Puts an asking in its turn among the events; the caller gets its answer. */
  private ask(asked: (commandId: string) => Promise<Answered>): Promise<CommandOutcome> {
    const commandId = uuid4();
    return new Promise((resolve, reject) => {
      this.work.push(async () => {
        try {
          const answered = await asked(commandId);
          if (answered.mirrored !== undefined) this.adopt(answered.mirrored);
          if ('refused' in answered) resolve({ refused: answered.refused });
          else resolve({ status: answered.mirrored.state.status });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  /** An asking that nobody waits for: a failure is shown instead of being answered. */
  private async orderly(asked: Promise<unknown>): Promise<void> {
    try {
      await asked;
    } catch (error) {
      await this.stop(reasonOf(error));
    }
  }

  private adopt(mirrored: Mirrored | undefined): void {
    this.failed = false;
    this.attention = mirrored?.needsAttention;
    if (mirrored === undefined) return;
    const { state, userId, planId } = mirrored;
    this.state = state;
    const { shown } = this;
    const { status } = state;
    if (shown.status !== status || shown.userId !== userId || shown.planId !== planId) {
      this.shown = { ...shown, status, userId, planId };
      upsertSearchAttributes([
        { key: searchAttributes.status, value: status },
        { key: searchAttributes.userId, value: userId },
        { key: searchAttributes.planId, value: planId },
      ]);
    }
    this.showAttention();
  }

  private showAttention(): void {
    const attention = this.attention !== undefined;
    if ((this.shown.attention ?? false) === attention) return;
    this.shown = { ...this.shown, attention };
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: attention }]);
  }

  /** What can't go on is shown, on the row too, until an event or the signal `retry` goes through. */
  private async stop(reason: string): Promise<void> {
    this.failed = true;
    this.attention = reason;
    this.showAttention();
    if (this.state === undefined) return;
    try {
      const { subscriptionId } = this.input;
      this.state = await database.markAttention({ subscriptionId, reason });
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
    }
  }

  private async wait(): Promise<void> {
    setCurrentDetails(this.describe());
    const mayLeave = () => this.isOver || workflowInfo().continueAsNewSuggested;
    await condition(() => this.work.length > 0 || (mayLeave() && allHandlersFinished()));
  }

  /** Between two events and with every caller answered, so that nobody's message is lost with the history. */
  private async startNewRun(): Promise<void> {
    const { subscriptionId, mirrors } = this.input;
    const { state, attention: reason, failed } = this;
    const attention = reason === undefined ? {} : { attention: { reason, failed } };
    await continueAsNew<(input: SubscriptionInput) => Promise<void>>({
      subscriptionId,
      mirrors,
      ...(state === undefined ? {} : { carried: { state, ...attention } }),
    });
  }

  private describe(): string {
    const { mirrors } = this.input;
    const what =
      this.state === undefined
        ? `Mirrors ${mirrors}, of which nothing is known yet.`
        : `**${this.state.status}** at Stripe, which runs it as ${mirrors}.`;
    const waits =
      this.attention === undefined
        ? 'Waits for Stripe’s events.'
        : `**Needs attention:** ${this.attention} Mend it, then send the signal \`retry\`.`;
    return `${what}\n\n${waits}`;
  }

  private view() {
    if (this.state === undefined) throw new Error('The subscription is still being mirrored.');
    return {
      state: this.state,
      waitsFor: 'hear from Stripe, which runs it',
      ...(this.state.boundaryAt === undefined ? {} : { until: this.state.boundaryAt }),
      ...(this.attention === undefined ? {} : { needsAttention: this.attention }),
    };
  }

  private refuseTheRest(): void {
    setHandler(createUpdate, () => refused);
    setHandler(changeUpdate, () => refused);
    setHandler(dropChangeUpdate, () => refused);
    setHandler(pauseUpdate, () => refused);
    setHandler(resumeUpdate, () => refused);
    setHandler(applyCouponUpdate, () => refused);
    setHandler(removeCouponUpdate, () => refused);
    setHandler(invoiceUpdate, () => refused);
    setHandler(payUpdate, () => refused);
    // Stripe charges what it is told to charge there.
    setHandler(paymentMethodChangedSignal, () => undefined);
    setHandler(paymentReadSignal, () => undefined);
  }
}
