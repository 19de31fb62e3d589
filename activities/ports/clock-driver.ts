import type { Instant } from '../../billing/instant';

/** What advancing a test clock needs of the database and of Temporal. */
export interface ClockDriver {
  /** Ids of the clock's subscriptions whose workflows may still act. */
  subscriptionsOn(testClockId: string): Promise<string[]>;
  /**
   * Has one subscription live on to `to`. False when it must be asked again; true once it rests
   * there, or has come to its end.
   */
  advance(subscriptionId: string, to: Instant): Promise<boolean>;
  /** How many mails of the clock's subscriptions wait to be delivered for the first time. */
  mailsInFlight(testClockId: string): Promise<number>;
  /** Sets the clock to `to`, ready. */
  arrive(testClockId: string, to: Instant): Promise<void>;
}
