import { z } from 'zod';
import { ApiError, docUrl, invalidRequest } from '../errors';
import type { FormObject } from './form-body';

/** The parts that request schemas are made of. Every value arrives as text. */

export const text = z.string().max(5000);

/** Text that an empty value takes away: '' → null. */
export const clearableText = text.transform((value) => (value === '' ? null : value));

/** A whole number. */
export const integer = z.string().transform((value, context) => {
  const number = Number(value);
  if (!/^-?\d{1,15}$/.test(value) || !Number.isSafeInteger(number)) {
    context.addIssue({
      code: 'custom',
      message: `Invalid integer: ${value}`,
      params: { code: 'parameter_invalid_integer' },
    });
    return z.NEVER;
  }
  return number;
});

export const flag = z.string().transform((value, context) => {
  if (value !== 'true' && value !== 'false') {
    context.addIssue({ code: 'custom', message: `Invalid boolean: ${value}` });
    return z.NEVER;
  }
  return value === 'true';
});

/** Objects whose keys happen to be 0, 1, 2 … were decoded as a list. */
const keyed = (value: unknown) => (Array.isArray(value) ? Object.assign({}, value) : value);

/** New metadata; an empty value removes the key, and an empty text instead of an object removes all. */
export const metadata = z.union([
  z.literal('').transform(() => null),
  z.preprocess(keyed, z.record(z.string().max(40), z.string().max(500))),
]);

export const expand = z.array(text).optional();

/** Parameters of every list. */
export const page = {
  limit: integer.optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
  expand,
};

/** A moment, or a range with any of gt, gte, lt, lte: whole seconds since 1970. */
export const created = z
  .union([
    z.strictObject({
      gt: integer.optional(),
      gte: integer.optional(),
      lt: integer.optional(),
      lte: integer.optional(),
    }),
    integer.transform((second) => ({ gt: undefined, gte: second, lt: undefined, lte: second })),
  ])
  .optional();

export const address = z.strictObject({
  city: clearableText.optional(),
  country: clearableText.optional(),
  line1: clearableText.optional(),
  line2: clearableText.optional(),
  postal_code: clearableText.optional(),
  state: clearableText.optional(),
});

/** Who holds a card or an account, as a form gives it. */
export const billingDetails = z.strictObject({
  address: address.or(z.literal('').transform(() => null)).optional(),
  email: clearableText.optional(),
  name: clearableText.optional(),
  phone: clearableText.optional(),
});

/**
 * Reads the parameters of a request.
 *
 * @throws ApiError 400 parameter_unknown, parameter_missing, parameter_invalid_integer … naming the parameter
 */
export function readParameters<Schema extends z.ZodType>(
  schema: Schema,
  form: FormObject,
): z.output<Schema> {
  const result = schema.safeParse(form);
  if (result.success) {
    return result.data;
  }
  throw refusal(result.error.issues, form);
}

function refusal(issues: z.core.$ZodIssue[], form: FormObject): ApiError {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') {
    const param = parameterName([...unknown.path, unknown.keys[0] ?? '']);
    return invalid(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
  }
  const issue = deepest(issues[0]);
  const param = parameterName(issue?.path ?? []);
  if (issue !== undefined && valueAt(form, issue.path) === undefined) {
    return invalid(`Missing required param: ${param}.`, param, 'parameter_missing');
  }
  const code = issue?.code === 'custom' ? issue.params?.['code'] : undefined;
  const message = issue?.code === 'custom' ? issue.message : `Invalid value for ${param}`;
  return typeof code === 'string'
    ? invalid(message, param, code)
    : invalidRequest(issue?.code === 'invalid_value' ? choices(issue, param) : message, { param });
}

/** Inside a union, the complaint of the branch that got furthest. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') {
    return issue;
  }
  const inner = issue.errors
    .flat()
    .toSorted((one, other) => other.path.length - one.path.length)
    .find((each) => each.code === 'custom' || each.path.length > 0);
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function choices(issue: z.core.$ZodIssueInvalidValue, param: string): string {
  return `Invalid ${param}: must be one of ${issue.values.map(String).join(', ')}`;
}

function invalid(message: string, param: string, code: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code,
    doc_url: docUrl(code),
    message,
    param,
  });
}

function parameterName(path: readonly PropertyKey[]): string {
  return path
    .map((segment, index) => (index === 0 ? String(segment) : `[${String(segment)}]`))
    .join('');
}

function valueAt(form: FormObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = form;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) {
      return undefined;
    }
    value = Reflect.get(value, segment);
  }
  return value;
}
