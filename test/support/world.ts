import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { msToTs } from '@temporalio/common/lib/time';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { openDatabase, type Database } from '../../db/database';
import { readConfig, type Config } from '../../platform/config';
import { createLogger, type Logger } from '../../platform/logger';
import { createTemporalClient, type TemporalClient } from '../../platform/temporal-client';
import { startSandbox, type Sandbox } from '../../sandbox';
import { startMailCatcher } from '../../scripts/stack/mail-catcher';
import { startQueues } from '../../worker/queues';
import { registerSearchAttributes } from '../../worker/search-attributes';
import { createWorkers } from '../../worker/worker';
import { createTestDatabase, given } from './databases';

/**
 * Everything but the API, for one test file: a database and a Temporal namespace of its own on the
 * run's servers, the Stripe sandbox, the mail catcher, and the real worker in this process.
 */
export interface World {
  config: Config;
  database: Database;
  temporal: TemporalClient;
  sandbox: Sandbox;
  mailUrl: string;
  logger: Logger;
  /** Stops the worker as a deployment would, and starts another. */
  restartWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Another Temporal server than the run's own, such as the time-skipping one. */
  temporalAddress?: string;
  webhookUrl?: string;
  settings?: Record<string, string>;
}

export const webhookSecret = 'whsec_test_0123456789abcdef';

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const testDatabase = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'everbill-mail-'));
  const mail = await startMailCatcher({ smtpPort: 0, uiPort: 0, dataDir });
  const sandbox = await startSandbox({
    ...(options.webhookUrl === undefined
      ? {}
      : { webhookEndpoints: [{ url: options.webhookUrl, secret: webhookSecret }] }),
  });
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['EVERBILL_TEST_LOG'] ?? 'silent',
    DATABASE_URL: testDatabase.url,
    TEMPORAL_ADDRESS: options.temporalAddress ?? given('EVERBILL_TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE:
      options.temporalAddress === undefined ? `test-${randomUUID().slice(0, 8)}` : 'default',
    STRIPE_SECRET_KEY: sandbox.secretKey,
    STRIPE_API_URL: sandbox.url,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    SMTP_URL: mail.smtpUrl,
    JWT_SECRET: 'for tests only: 32 characters or more',
    SIGN_UPS_PER_HOUR: '100000',
    ...options.settings,
  });
  const logger = createLogger('test', config);
  const database = openDatabase({ url: config.DATABASE_URL, poolSize: 10 });
  const temporal = createTemporalClient(config);
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  if (options.temporalAddress === undefined) await makeNamespace(connection, config);
  else await registerSearchAttributes(connection, config.TEMPORAL_NAMESPACE);
  const worker = workerHandle({ config, connection, database, temporal, logger });
  await worker.start();
  return {
    config,
    database,
    temporal,
    sandbox,
    mailUrl: mail.uiUrl,
    logger,
    startWorker: () => worker.start(),
    stopWorker: () => worker.stop(),
    async restartWorker() {
      await worker.stop();
      await worker.start();
    },
    async close() {
      await worker.stop();
      await Promise.all([sandbox.close(), mail.stop(), temporal.close(), database.close()]);
      await connection.close();
      await testDatabase.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeNamespace(
  connection: NativeConnection,
  { TEMPORAL_NAMESPACE: namespace }: Config,
): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  // The server's caches learn of a new namespace within a second or so.
  for (;;) {
    try {
      await registerSearchAttributes(connection, namespace);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function workerHandle(deps: {
  config: Config;
  connection: NativeConnection;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
}) {
  let stopCurrent: (() => Promise<void>) | undefined;
  return {
    async start() {
      const code = readFileSync(given('EVERBILL_TEST_BUNDLE_PATH'), 'utf8');
      const workers = await createWorkers({ ...deps, workflowBundle: { code } });
      const queues = startQueues(deps);
      const running = workers.run();
      stopCurrent = async () => {
        workers.shutdown();
        await running;
        await queues.stop();
      };
    },
    async stop() {
      await stopCurrent?.();
      stopCurrent = undefined;
    },
  };
}

/** Temporal's core logs little in tests; the first world of a process sets that. */
export const quietRuntime = () =>
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'error', forward: {} } },
  });
