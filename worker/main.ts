import type { Server } from 'node:http';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { openDatabase } from '../db/database';
import { ConfigError, readConfig } from '../platform/config';
import { createLogger, type Logger } from '../platform/logger';
import { onShutdown } from '../platform/shutdown';
import { createStripe } from '../platform/stripe';
import { createTemporalClient } from '../platform/temporal-client';
import { startHealthServer } from './health';
import { createWorkerMetrics } from './metrics';
import { startQueues } from './queues';
import { keepSchedules } from './schedules';
import { registerSearchAttributes } from './search-attributes';
import { createWorkers, stripeRateLimit } from './worker';

/** How long to wait before asking for Temporal again while it can't be reached. */
const reconnectMilliseconds = 1_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger('worker', config);
  // The process has its own handling of signals.
  Runtime.install({ shutdownSignals: [] });
  const database = openDatabase({ url: config.DATABASE_URL, poolSize: 20 });
  const temporal = createTemporalClient(config);
  const connection = await connect(config.TEMPORAL_ADDRESS, logger);
  await registerSearchAttributes(connection, config.TEMPORAL_NAMESPACE);
  const metrics = createWorkerMetrics(database, stripeRateLimit(config));
  const stripe = createStripe(config, (call) => metrics.called(call));
  const common = { config, database, temporal, logger, stripe };
  const workers = await createWorkers({ ...common, connection });
  const queues = startQueues({ ...common, metrics });
  const running = workers.run();
  void keepSchedules(temporal, logger);
  const health = await startHealthServer({
    host: config.HOST,
    port: config.WORKER_PORT,
    isReady: () => workers.isPolling(),
    registry: metrics.registry,
  });
  onShutdown(async () => {
    workers.shutdown();
    await running;
    await queues.stop();
    await Promise.all([close(health), connection.close(), temporal.close(), database.close()]);
  }, logger);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await running;
}

/** Temporal may come up after us, or be away for a while: the worker waits. */
async function connect(address: string, logger: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      logger.warn({ err: error, address }, 'Temporal can’t be reached; trying again');
      await new Promise((resolve) => setTimeout(resolve, reconnectMilliseconds));
    }
  }
}

const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

main().catch((error: unknown) => {
  const readable = error instanceof ConfigError;
  process.stderr.write(
    `${readable ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
});
