import type { Server } from 'node:http';
import { preparePayment } from '../activities/prepare-payment';
import { createQuotes } from '../activities/quotes';
import { createBillingStore } from '../db/billing-store';
import { openDatabase } from '../db/database';
import { ConfigError, readConfig, type Config } from '../platform/config';
import { createLogger, type Logger } from '../platform/logger';
import { onShutdown } from '../platform/shutdown';
import { createStripe } from '../platform/stripe';
import { createStripeGateway } from '../platform/stripe-gateway';
import { createTemporalClient } from '../platform/temporal-client';
import { createApp } from './app';
import { createApiServer } from './http/server';

/** The composition root of the API process. Database, Temporal and Stripe are connected to lazily. */
function main(): void {
  const config = configOrExit();
  const logger = createLogger('api', config);
  const database = openDatabase({ url: config.DATABASE_URL });
  const temporal = createTemporalClient(config);
  const stripe = createStripe(config);
  const store = createBillingStore(database);
  const payments = createStripeGateway(stripe);
  const app = createApp({
    config,
    database,
    temporal,
    stripe,
    payments,
    preparePayment: (invoiceId) => preparePayment({ store, payments }, invoiceId),
    quotes: createQuotes(store),
    logger,
  });
  const server = createApiServer(app);
  listen(server, config, logger);
  onShutdown(async () => {
    await closed(server);
    await Promise.allSettled([database.close(), temporal.close()]);
  }, logger);
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

function listen(server: Server, { HOST, PORT }: Config, logger: Logger): void {
  server.once('error', (error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'EADDRINUSE'
        ? `Port ${PORT} on ${HOST} is taken by another program: set PORT to a free one.`
        : `The API cannot listen on ${HOST}:${PORT}: ${error.message}`;
    process.stderr.write(`${reason}\n`);
    process.exit(1);
  });
  server.listen(PORT, HOST, () => logger.info({ address: server.address() }, 'API is listening'));
}

/** Lets requests that are under way finish; idle connections are closed at once. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}

main();
