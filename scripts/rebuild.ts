import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../db/database';
import { createTemporalClient } from '../platform/temporal-client';
import { rebuildWorkflow } from '../platform/rebuild-workflow';
import { unfinishedSubscriptions, type Unfinished } from '../worker/sweep';
import { root } from './stack/node-program';
import { given, readSettings } from './stack/settings';

/**
 * `npm run rebuild [-- subscription-id …]`: starts the workflows that should be running from the
 * database, after Temporal lost them or somebody terminated them (I6). Those that run are left alone. Without
 * DATABASE_URL and TEMPORAL_ADDRESS it is about the stack that `npm start` runs.
 */
async function main(): Promise<void> {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const { ports, external } = readSettings(process.env);
  const database = openDatabase({
    url:
      external.databaseUrl ?? `postgres://everbill:everbill@127.0.0.1:${ports.postgres}/everbill`,
    poolSize: 2,
  });
  const temporal = createTemporalClient({
    TEMPORAL_ADDRESS: external.temporalAddress ?? `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: given(process.env['TEMPORAL_NAMESPACE']) ?? 'default',
  });
  try {
    const named = process.argv.slice(2);
    const lost: Unfinished[] =
      named.length > 0 ? named.map((id) => ({ id })) : await unfinishedSubscriptions(database);
    for (const [index, { id, mirrors }] of lost.entries()) {
      await rebuildWorkflow(temporal, id, mirrors);
      if ((index + 1) % 100 === 0) console.log(`${index + 1} of ${lost.length} …`);
    }
    console.log(`${lost.length} subscriptions have their workflow.`);
  } finally {
    await Promise.all([temporal.close(), database.close()]);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
