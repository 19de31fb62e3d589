import { openDatabase } from '../db/database';
import { ConfigError, readConfig } from '../platform/config';
import { createTemporalClient } from '../platform/temporal-client';
import { rebuildWorkflow, unfinishedSubscriptions } from '../worker/sweep';

/**
 * `npm run rebuild [-- subscription-id …]`: starts the workflows that should be running from the
 * database, after Temporal lost them or somebody terminated them (I6). Those that run are left alone.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const database = openDatabase({ url: config.DATABASE_URL, poolSize: 2 });
  const temporal = createTemporalClient(config);
  try {
    const named = process.argv.slice(2);
    const ids = named.length > 0 ? named : await unfinishedSubscriptions(database);
    for (const [index, id] of ids.entries()) {
      await rebuildWorkflow(temporal, id);
      if ((index + 1) % 100 === 0) console.log(`${index + 1} of ${ids.length} …`);
    }
    console.log(`${ids.length} subscriptions have their workflow.`);
  } finally {
    await Promise.all([temporal.close(), database.close()]);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
