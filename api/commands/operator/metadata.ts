import { invalidField } from '../../http/problem';

const mostEntries = 50;

/**
 * Metadata after a change: names that are not given stay, null takes one away.
 * @throws Problem 400 when they become more than 50.
 */
export function changedMetadata(
  before: Record<string, string>,
  changes: Record<string, string | null> | undefined,
): Record<string, string> {
  const entries = Object.entries({ ...before, ...changes }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  if (entries.length > mostEntries) {
    throw invalidField('metadata', `At most ${mostEntries} entries.`);
  }
  return Object.fromEntries(entries);
}
