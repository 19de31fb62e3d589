/** Stands for migrating and seeding: shows that the database answers, and names a login. */
import { Client } from 'pg';

async function main(): Promise<void> {
  const client = new Client({ connectionString: process.env['DATABASE_URL'] });
  await client.connect();
  await client.query('create table if not exists kept (note text)');
  await client.end();
  const login = { role: 'operator', email: 'operator@everbill.test', password: 'stand-in' };
  process.stdout.write(`${JSON.stringify({ ready: true, logins: [login] })}\n`);
}

void main();
