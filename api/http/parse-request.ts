import type { z } from 'zod';
import { Problem, notFound, type FieldError } from './problem';

type Issue = z.core.$ZodIssue;

/**
 * The request as its schema reads it.
 * @throws Problem 404 for an id in the path that can't be one, 400 with a message per field.
 */
export function parseRequest<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  if (issues.some(({ path }) => path[0] === 'params')) throw notFound();
  const errors = issues.flatMap(fieldErrors);
  const [first] = errors;
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.field}: ${first.message}`;
  throw new Problem(400, 'invalid_request', detail, { errors });
}

/** The first step of an issue's path says where it stands: `body`, `query`. */
function fieldErrors(issue: Issue): FieldError[] {
  const path = issue.path.slice(1).map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'This field is not known here.',
      code: 'unknown_field',
    }));
  }
  const field = path.length === 0 ? 'non_field_errors' : path.join('.');
  if (isMissing(issue)) return [{ field, message: 'This field is required.', code: 'required' }];
  return [{ field, message: sentence(issue.message), code: 'invalid' }];
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined && issue.path.length > 1;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
