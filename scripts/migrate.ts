/** `npm run migrate`: brings the database of DATABASE_URL to the newest schema, and does nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../db/migrate';
import { root } from './stack/node-program';

async function main(): Promise<void> {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl === undefined || databaseUrl === '') {
    throw new Error('DATABASE_URL is not set: which database is to be migrated?');
  }
  const ran = await migrate(databaseUrl);
  console.log(
    ran.length === 0 ? 'The schema is the newest already.' : `Migrated: ${ran.join(', ')}.`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
