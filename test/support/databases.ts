import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** Migrated and seeded by the global setup. */
export const templateDatabase = 'everbill_template';

/** A variable that the global setup has set for the test files. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the global setup has not run.`);
  return value;
}

/** Makes a database for one test file, seeded with the plans and the demo logins. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = given('EVERBILL_TEST_POSTGRES_URL');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database ${name} template ${templateDatabase}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer(server, `drop database ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
