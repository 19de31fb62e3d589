import type { Database } from '../db/database';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import type { TemporalClient } from '../platform/temporal-client';
import { createMailer } from './mailer';
import { listen } from './notifications';
import { startQueue } from './queue';
import { sweepLateSubscriptions, sweepMilliseconds } from './sweep';
import { createWebhookDispatcher } from './webhook-dispatcher';

/** The slow poll behind the notifications, for retries and for notifications that were lost. */
const pollMilliseconds = 2_000;

/** What the worker process does besides workflows: mails out, events in, and the proof of I6. */
export function startQueues(deps: {
  config: Config;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
}): { stop(): Promise<void> } {
  const { config, logger } = deps;
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
  const sweep = startQueue({
    name: 'late subscriptions',
    pollMilliseconds: sweepMilliseconds,
    async workOff() {
      await sweepLateSubscriptions(deps);
      return 0;
    },
    logger,
  });
  const channels = { emails: () => emails.wake(), webhook_events: () => events.wake() };
  const notifications = listen(config.DATABASE_URL, channels, logger);
  return {
    async stop() {
      await notifications.stop();
      await Promise.all([emails.stop(), events.stop(), sweep.stop()]);
      mailer.close();
    },
  };
}
