/**
 * What two requests or answers have in common when a check of one says all that a check of the other would: the
 * same members with the same kinds of values, and the same words where words matter.
 */

/** `/v1/customers/cus_1/payment_methods/pm_1` → `/v1/customers/:id/payment_methods/:id`: every other part is an id. */
export function pathTemplate(path: string): string {
  return path
    .split('/')
    .map((part, index) => (index > 2 && index % 2 === 1 ? ':id' : part))
    .join('/');
}

/** The shape of a form: names in order, numbers of list members left out, each with its value's shape. */
export function formShape(form: string): string {
  const parts = [...new URLSearchParams(form)].map(
    ([name, value]) => `${name.replaceAll(/\[\d+\]/g, '[]')}=${wordShape(value, name)}`,
  );
  return [...new Set(parts)].toSorted().join('&');
}

/** The shape of a JSON value; what people wrote into `metadata` does not count. */
export function jsonShape(value: unknown, name = ''): string {
  if (name === 'metadata') return 'm';
  if (typeof value === 'string') return wordShape(value, name);
  if (Array.isArray(value)) {
    const shapes = value.map((each: unknown) => jsonShape(each));
    return `[${[...new Set(shapes)].toSorted().join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, each]) => `${key}:${jsonShape(each, key)}`);
    return `{${members.toSorted().join()}}`;
  }
  return value === null ? 'null' : typeof value;
}

/** Members whose words are as good as any other. */
const FREE_TEXT = /^(description|name|nickname|message|url|email|expand)|metadata|fingerprint/;

/** Words such as `requires_action` stand for themselves; ids for their prefix; all else for being a text. */
function wordShape(text: string, name: string): string {
  if (FREE_TEXT.test(name)) return name === 'expand[]' ? text : 'text';
  if (/^-?\d+$/.test(text)) return 'digits';
  const id = /^([a-z]{2,5}_)[A-Za-z0-9]{16,}/.exec(text)?.[1];
  if (id !== undefined) return `${id}…`;
  return /^[a-z][a-z_]{0,39}$/.test(text) || text === '' ? `"${text}"` : 'text';
}
