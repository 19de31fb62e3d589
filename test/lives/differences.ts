/** Where two plain JSON values differ: "invoices.2.total: 500, and must be 400". */
export function differences(seen: unknown, expected: unknown, path = ''): string[] {
  if (isBranch(seen) && isBranch(expected)) {
    const keys = new Set([...Object.keys(seen), ...Object.keys(expected)]);
    return [...keys].flatMap((key) =>
      differences(seen[key], expected[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (seen === expected) return [];
  return [`${path}: ${told(seen)}, and must be ${told(expected)}`];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const told = (value: unknown) => JSON.stringify(value) ?? 'nothing';
