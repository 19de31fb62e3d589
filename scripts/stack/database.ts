import { appendFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StackError } from './part';
import { readyLine, root } from './node-program';
import { runTool } from './run-tool';

/** Somebody who can log in on a fresh stack. */
export interface Login {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** What prepares a database. */
export interface Preparation {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Another program instead of ours; it ends with a line `{"ready":true,"logins":[…]}`. */
  readonly file?: string | undefined;
  readonly abort?: AbortSignal | undefined;
}

/**
 * Migrates and seeds a database.
 *
 * @returns the logins that the seeds made
 * @throws StackError when it fails, with what was said
 */
export async function prepareDatabase(preparation: Preparation): Promise<Login[]> {
  const logs = join(preparation.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, 'database.log');
  let logins: Login[] = [];
  try {
    await runTool({
      command: process.execPath,
      args: ['--import', 'tsx', resolve(root, preparation.file ?? 'scripts/prepare-database.ts')],
      env: { ...process.env, DATABASE_URL: preparation.databaseUrl },
      cwd: root,
      abort: preparation.abort,
      onLine: (line) => {
        const said = readyLine(line)?.['logins'];
        if (Array.isArray(said)) logins = said.filter(isLogin);
        else appendFileSync(log, `${line}\n`);
      },
    });
  } catch (error) {
    preparation.abort?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new StackError(
      `The database could not be migrated and seeded; the log is ${log}. ${why}`,
    );
  }
  return logins;
}

function isLogin(value: unknown): value is Login {
  return (
    typeof value === 'object' &&
    value !== null &&
    'role' in value &&
    typeof value.role === 'string' &&
    'email' in value &&
    typeof value.email === 'string' &&
    'password' in value &&
    typeof value.password === 'string'
  );
}
