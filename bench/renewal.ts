import { createBillingStore } from '../db/billing-store';
import { openDatabase } from '../db/database';
import { createStripe } from '../platform/stripe';
import { createStripeGateway } from '../platform/stripe-gateway';
import { createTemporalClient } from '../platform/temporal-client';
import type { ManagedProcess } from '../scripts/stack/managed-process';
import { StackError, type Log } from '../scripts/stack/part';
import { measureBarest } from './barest/measure';
import type { RenewalOptions } from './command-line';
import { measureOurs } from './our-renewal';
import { reportRenewal } from './report';
import { inScratchFolder } from './scratch';
import { startServers, stopAll } from './servers';

/**
 * Measures what one renewal costs, with many due at one instant, beside the barest workflow of the same shape.
 *
 * @throws StackError when something can't be started, or the books are wrong afterwards
 */
export function benchRenewal(options: RenewalOptions, log: Log): Promise<void> {
  return inScratchFolder(async (dataDir, onEnd) => {
    const live = new Set<ManagedProcess>();
    onEnd(() => stopAll(live));
    log('Starting PostgreSQL, Temporal, the Stripe sandbox, the mail catcher and the API …');
    const servers = await startServers(dataDir, live, log);
    const { config } = servers;
    const database = openDatabase({ url: config.DATABASE_URL });
    const temporal = createTemporalClient(config);
    onEnd(async () => {
      await Promise.all([database.close(), temporal.close()]);
    });
    const payments = createStripeGateway(createStripe(config));
    const billing = { database, store: createBillingStore(database), payments };
    const ours = await measureOurs(servers, billing, temporal.client, options, log);
    const barest = options.barest
      ? await measureBarest(servers, temporal.client, options, log)
      : undefined;
    log(reportRenewal(options, ours, barest));
    const { subscriptions, charges } = ours.wrong;
    if (subscriptions + charges > 0) {
      throw new StackError(`${subscriptions} subscriptions and ${charges} charges are wrong.`);
    }
  });
}
