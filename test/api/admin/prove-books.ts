import { checkBooks } from '../../../db/books/checks';
import type { Database } from '../../../db/database';

/** @throws Error with every finding. */
export async function proveBooks(database: Database): Promise<void> {
  const findings = await checkBooks(database);
  if (findings.length === 0) return;
  throw new Error(findings.map(({ check, sentence }) => `${check}: ${sentence}`).join('\n'));
}
