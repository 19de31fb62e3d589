import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { Client } from 'pg';
import { migrate } from '../../db/migrate';
import { seed } from '../../db/seed';
import type { Part } from '../../scripts/stack/part';
import { startPostgres } from '../../scripts/stack/postgres';
import { startTemporal } from '../../scripts/stack/temporal';
import { findTemporalCli, findTemporalTestServer } from '../../scripts/stack/temporal-binary';
import { templateDatabase } from './databases';

/** What the test files of a run share, started once. */
export interface SharedParts {
  parts: Part[];
}

/** Jest gives setup and teardown one global object, which its test files do not see. */
export const shared = globalThis as typeof globalThis & { everbillTests?: SharedParts };

/**
 * Starts PostgreSQL and a Temporal server on free ports and bundles the workflows. Several of Jest's
 * projects name this file; the first that runs does the work. Test files learn of it by environment.
 */
export default async function globalSetup(): Promise<void> {
  if (shared.everbillTests !== undefined) return;
  const parts: Part[] = [];
  shared.everbillTests = { parts };
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'everbill-test-'));
  const lookUp = { env: process.env, log };
  const cli = await findTemporalCli(lookUp);
  const testServer = await findTemporalTestServer(lookUp);
  const [postgres, temporal, { code }] = await Promise.all([
    startPostgres({ dataDir, durable: false, log }),
    startTemporal({ binary: cli.path, dataDir, persistent: false, headless: true }),
    bundleWorkflowCode({ workflowsPath: require.resolve('../../workflows'), logger: quiet }),
  ]);
  parts.push(postgres, temporal);
  const bundlePath = join(dataDir, 'workflow-bundle.js');
  writeFileSync(bundlePath, code);
  await makeTemplate(postgres.url);
  Object.assign(process.env, {
    EVERBILL_TEST_POSTGRES_URL: postgres.url,
    EVERBILL_TEST_TEMPORAL_ADDRESS: temporal.url,
    EVERBILL_TEST_SERVER_PATH: testServer.path,
    EVERBILL_TEST_BUNDLE_PATH: bundlePath,
  });
}

/** Every test's database is a copy of this one, migrated and seeded once. */
async function makeTemplate(postgresUrl: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${templateDatabase}`;
  await migrate(url.href);
  await seed(url.href);
}

const nothing = () => undefined;
const quiet = {
  log: nothing,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
