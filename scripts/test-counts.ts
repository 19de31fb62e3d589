import { readFileSync } from 'node:fs';

/** Outcomes of tests; skipped ones are those that a test file itself leaves out. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads Jest's report. A file that could not be run at all counts as one failure, and so does a run that ended badly
 * without a report, or with one in which nothing failed.
 *
 * @param code the exit code of Jest
 */
export function readCounts(report: string, code: number): Counts {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const failed = count(value, 'numFailedTests') + count(value, 'numRuntimeErrorTestSuites');
  return {
    passed: count(value, 'numPassedTests'),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: count(value, 'numPendingTests') + count(value, 'numTodoTests'),
  };
}

export function sumCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** `N passed, N failed`, alone on its line; tools read it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function count(report: unknown, key: string): number {
  if (typeof report !== 'object' || report === null) return 0;
  const value: unknown = Object.entries(report).find(([name]) => name === key)?.[1];
  return typeof value === 'number' ? value : 0;
}
