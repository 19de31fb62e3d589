/**
 * Brings the database of DATABASE_URL to the newest schema and puts in what a stack starts with: plans, an operator,
 * a demo customer. Both may run again. A process of its own, so that the supervisor need not hold the ORM.
 */
import { migrate } from '../db/migrate';
import { DEMO_LOGINS, seed } from '../db/seed';

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl === undefined) throw new Error('DATABASE_URL is not set.');
  await migrate(databaseUrl);
  await seed(databaseUrl);
  console.log(JSON.stringify({ ready: true, logins: DEMO_LOGINS }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
