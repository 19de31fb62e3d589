import type Stripe from 'stripe';
import type { Database } from '../db/database';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import { createStripe } from '../platform/stripe';
import { createStripeGateway } from '../platform/stripe-gateway';
import type { TemporalClient } from '../platform/temporal-client';
import { erasureMilliseconds, finishErasures } from './erasures';
import { createEventPoller, eventPollMilliseconds } from './event-poller';
import { announceExpiringCards, expiringCardsMilliseconds } from './expiring-cards';
import { createMailer } from './mailer';
import type { WorkerMetrics } from './metrics';
import { listen } from './notifications';
import { startQueue, type Queue } from './queue';
import { createRereader, rereadPollMilliseconds } from './reread';
import { sweepLateSubscriptions, sweepMilliseconds } from './sweep';
import { createWebhookDispatcher } from './webhook-dispatcher';

/** The slow poll behind the notifications, for retries and for notifications that were lost. */
const pollMilliseconds = 2_000;

/**
 * What the worker process does besides workflows: mails out, events in, payments read again whose
 * events may be lost, and the proof of I6.
 */
export function startQueues(deps: {
  config: Config;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
  /** In place of a client of its own. */
  stripe?: Stripe;
  metrics?: WorkerMetrics;
}): { stop(): Promise<void> } {
  const { config, logger } = deps;
  const stripe = deps.stripe ?? createStripe(config);
  const mailer = createMailer(deps);
  const dispatcher = createWebhookDispatcher(deps);
  const emails = startQueue({
    name: 'emails',
    pollMilliseconds,
    workOff: () => mailer.workOff(),
    logger,
  });
  const events = startQueue({
    name: 'webhook_events',
    pollMilliseconds,
    workOff: () => dispatcher.workOff(),
    logger,
  });
  const payments = createStripeGateway(stripe);
  const rereader = createRereader({ ...deps, payments });
  const rereads = startQueue({
    name: 'payments without news',
    pollMilliseconds: rereadPollMilliseconds,
    workOff: () => rereader.workOff(),
    logger,
  });
  const polls = config.STRIPE_EVENTS === 'poll' ? [startPolling({ ...deps, stripe })] : [];
  const sweep = startQueue({
    name: 'late subscriptions',
    pollMilliseconds: sweepMilliseconds,
    async workOff() {
      await sweepLateSubscriptions(deps);
      return 0;
    },
    logger,
  });
  const cards = startQueue({
    name: 'expiring cards',
    pollMilliseconds: expiringCardsMilliseconds,
    workOff: () => announceExpiringCards(deps.database),
    logger,
  });
  const erasures = startQueue({
    name: 'erasures',
    pollMilliseconds: erasureMilliseconds,
    async workOff() {
      await finishErasures({ ...deps, payments });
      return 0;
    },
    logger,
  });
  const channels = { emails: () => emails.wake(), webhook_events: () => events.wake() };
  const notifications = listen(config.DATABASE_URL, channels, logger);
  return {
    async stop() {
      await notifications.stop();
      const queues = [emails, events, rereads, sweep, cards, erasures, ...polls];
      await Promise.all(queues.map((queue) => queue.stop()));
      mailer.close();
    },
  };
}

function startPolling(deps: { database: Database; stripe: Stripe; logger: Logger }): Queue {
  const poller = createEventPoller(deps);
  return startQueue({
    name: 'events at Stripe',
    pollMilliseconds: eventPollMilliseconds,
    workOff: () => poller.workOff(),
    logger: deps.logger,
  });
}
