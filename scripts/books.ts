import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { toInstant } from '../billing/instant';
import { formatDecimal } from '../billing/money';
import { checkBooks, totalsOf } from '../db/books/checks';
import { journalCsv, type JournalRange } from '../db/books/journal';
import { openDatabase, type Database } from '../db/database';
import { root } from './stack/node-program';
import { readSettings } from './stack/settings';

const usage = `npm run books                        checks that the books agree
npm run --silent books -- journal [--from INSTANT] [--to INSTANT] [--out FILE]
                                     writes the journal as CSV; from is included, to is not`;

/** `npm run books`: proves the books of DATABASE_URL, else of the stack that `npm start` runs, or exports them. */
async function main(): Promise<void> {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [command = 'check', ...rest] = positionals;
  if (!['check', 'journal'].includes(command) || rest.length > 0) throw new Error(usage);
  const { ports, external } = readSettings(process.env);
  const url =
    external.databaseUrl ?? `postgres://everbill:everbill@127.0.0.1:${ports.postgres}/everbill`;
  const database = openDatabase({ url, poolSize: 2 });
  try {
    if (command === 'check') await check(database);
    else {
      const range = { from: instant('--from', values.from), to: instant('--to', values.to) };
      await writeJournal(database, range, values.out);
    }
  } finally {
    await database.close();
  }
}

async function check(database: Database): Promise<void> {
  const findings = await checkBooks(database);
  for (const { check: name, sentence } of findings) console.log(`${name}: ${sentence}`);
  if (findings.length > 0) {
    const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
    console.log(`The books do not agree: ${count}.`);
    process.exitCode = 1;
    return;
  }
  const { invoices, entries, turnover } = await totalsOf(database);
  const totals = turnover.map(
    ({ currency, amountMinor }) => `${formatDecimal(amountMinor, currency)} ${currency}`,
  );
  console.log(
    [`The books agree: ${invoices} invoices`, `${entries} entries`, ...totals].join(', '),
  );
}

async function writeJournal(
  database: Database,
  range: JournalRange,
  out: string | undefined,
): Promise<void> {
  const target = out === undefined ? process.stdout : createWriteStream(out);
  await pipeline(Readable.from(journalCsv(database, range)), target);
}

function instant(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const complete = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  try {
    return toInstant(complete);
  } catch {
    throw new Error(`${name} is a day or an instant, such as 2026-01-31 or 2026-01-31T12:00:00Z.`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
