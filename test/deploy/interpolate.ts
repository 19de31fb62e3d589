/**
 * Puts values into a text as Docker Compose does: `${NAME}`, `${NAME:-when empty}` and `${NAME:+when not}`, one in
 * another, too.
 */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  const innermost = /\$\{(\w+)(?::([-+])([^${}]*))?\}/;
  for (let rest = text; ;) {
    const next = rest.replace(innermost, (_all, name: string, kind?: string, other = '') => {
      const value = values[name] ?? '';
      if (kind === '+') return value === '' ? '' : other;
      return value === '' ? other : value;
    });
    if (next === rest) return rest;
    rest = next;
  }
}

/** The names that a text takes values of. */
export const namesIn = (text: string) =>
  [...text.matchAll(/\$\{(\w+)/g)].flatMap(([, name]) => name ?? []);
