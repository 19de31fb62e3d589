import { invalidRequest } from '../errors';

/** A decoded form: text, or a list or object of further values. */
export type FormValue = string | FormValue[] | FormObject;
export type FormObject = { [key: string]: FormValue };

/** Deeper nesting than any parameter of Stripe has. */
const DEEPEST = 8;

/** A branch before it is known whether its keys make it a list or an object. */
type Branch = Map<string, string | Branch>;

/**
 * Decodes Stripe's form encoding: `a[b]=1`, `a[]=1` and `a[0]=1`. A list is what has only consecutive
 * numbers from 0, or empty brackets, as keys.
 *
 * @throws ApiError 400 when the same name is given as a text and as a list or object
 */
export function decodeForm(text: string): FormObject {
  const root: Branch = new Map();
  for (const [name, value] of new URLSearchParams(text)) {
    plant(root, segments(name), value, name);
  }
  return objectOf(root);
}

/** `a[b][]` → a, b, '' */
function segments(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (match === null) {
    throw invalidRequest(`Invalid parameter name: ${name}`, { param: name });
  }
  const [, head = '', rest = ''] = match;
  const inner = rest === '' ? [] : rest.slice(1, -1).split('][');
  if (inner.length > DEEPEST) {
    throw invalidRequest(`Parameter is nested too deeply: ${name}`, { param: name });
  }
  return [head, ...inner];
}

function plant(root: Branch, path: string[], value: string, name: string): void {
  let branch = root;
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' ? String(branch.size) : segment;
    if (depth === path.length - 1) {
      branch.set(key, value);
      return;
    }
    const next = branch.get(key) ?? new Map<string, string | Branch>();
    if (typeof next === 'string') {
      throw invalidRequest(`Invalid parameter: ${name} is given both as a text and as an object`, {
        param: name,
      });
    }
    branch.set(key, next);
    branch = next;
  }
}

function objectOf(branch: Branch): FormObject {
  const object: FormObject = Object.create(null);
  for (const [key, value] of branch) {
    object[key] = valueOf(value);
  }
  return object;
}

function valueOf(value: string | Branch): FormValue {
  if (typeof value === 'string') {
    return value;
  }
  const isList = [...value.keys()].every((key, index) => key === String(index));
  return isList ? [...value.values()].map(valueOf) : objectOf(value);
}
