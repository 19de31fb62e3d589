import { QueryTypes } from 'sequelize';
import type { IntentStatus, PaymentGateway } from '../activities/ports/payments';
import type { PaymentAttemptRecord } from '../activities/ports/records';
import type { Database } from '../db/database';
import type { Logger } from '../platform/logger';
import { readAgain } from '../platform/read-again';
import type { TemporalClient } from '../platform/temporal-client';

/** How often it is looked which attempts are due. */
export const rereadPollMilliseconds = 5_000;

/** An attempt without news is read for the first time after this; then each time as late again. */
const firstSeconds = 90;
const mostSeconds = 6 * 3_600;
const batchSize = 10;

/** An attempt that waits for its customer or for a bank. */
interface WaitingAttempt {
  id: string;
  status: Extract<PaymentAttemptRecord['status'], 'requires_action' | 'processing'>;
  intentId: string;
  invoiceId: string;
  subscriptionId: string;
}

/**
 * Looks by itself at payments whose webhook may have been lost: a customer who has authenticated, a
 * bank that has answered. Each is read at growing distance, by one worker; its workflow is told only
 * when Stripe says something else than the books.
 */
export function createRereader(deps: {
  database: Database;
  payments: Pick<PaymentGateway, 'retrieveIntent'>;
  temporal: TemporalClient;
  logger: Logger;
}) {
  const { database, payments, temporal, logger } = deps;

  const look = async ({ id, status, intentId, invoiceId, subscriptionId }: WaitingAttempt) => {
    try {
      const intent = await payments.retrieveIntent(intentId);
      if (!hasNews(status, intent.status)) return;
      logger.info({ attemptId: id, intentId, status: intent.status }, 'a payment has unheard news');
      await readAgain(temporal, { subscriptionId, invoiceId, intentId });
    } catch (error) {
      logger.warn({ err: error, attemptId: id, intentId }, 'a payment could not be read again');
    }
  };

  return {
    /** Takes the attempts that are due and reads them; how many it took. */
    async workOff(): Promise<number> {
      const due = await takeDue(database);
      await Promise.all(due.map(look));
      return due.length;
    },
  };
}

/** What is only on its way to the customer's next step is no news. */
const hasNews = (known: WaitingAttempt['status'], now: IntentStatus) =>
  now !== known && now !== 'requires_confirmation';

/**
 * The next time is as far away as the last change of the attempt: 90 seconds, 3 minutes, 6 … up to 6
 * hours. It is written down before Stripe is asked, so that two workers never ask for the same. One that
 * was set before the attempt's last change is too far away, and not waited for.
 */
function takeDue(database: Database): Promise<WaitingAttempt[]> {
  return database.sequelize.query<WaitingAttempt>(
    `with due as (
       select id from payment_attempts
       where status in ('requires_action', 'processing') and stripe_payment_intent_id is not null
         -- Of an invoice that is over, only money may still come.
         and (status = 'processing' or exists (select from invoices
           where invoices.id = invoice_id and invoices.status in ('open', 'uncollectible')))
         and updated_at <= now() - make_interval(secs => :firstSeconds)
         and (read_again_at is null or read_again_at <= now()
           or read_again_at > now() + (now() - updated_at))
       order by read_again_at nulls first limit :batchSize for update skip locked
     ), taken as (
       update payment_attempts set read_again_at =
         now() + least(now() - updated_at, make_interval(secs => :mostSeconds))
       from due where payment_attempts.id = due.id
       returning payment_attempts.*
     )
     select taken.id, taken.status, taken.stripe_payment_intent_id as "intentId",
       taken.invoice_id as "invoiceId", invoices.subscription_id as "subscriptionId"
     from taken join invoices on invoices.id = taken.invoice_id
     where invoices.subscription_id is not null`,
    { replacements: { firstSeconds, mostSeconds, batchSize }, type: QueryTypes.SELECT },
  );
}
