import type { Context, Next } from 'koa';
import type { Logger } from '../../platform/logger';
import { Refused, problemOf, type Surface } from './refusals';
import { outageOf } from './known-failures';
import { Problem, type FieldError } from './problem';
import { requestIdOf } from './request-id';

/**
 * The one mapper from errors to answers. Unknown errors are masked: the client gets a request id,
 * the log the error.
 */
export function problemResponses(logger: Logger) {
  return async (context: Context, next: Next): Promise<void> => {
    try {
      await next();
      answerForNobody(context);
    } catch (error) {
      const problem = asProblem(error, surfaceOf(context));
      if (problem.status >= 500) {
        const level = problem.status === 503 ? 'warn' : 'error';
        logger[level](
          { err: problem.cause ?? error, request_id: requestIdOf(context), code: problem.code },
          problem.detail,
        );
      }
      answer(context, problem);
    }
  };
}

/** The router leaves what it has no route for without a body; `Allow` is set already with 405. */
function answerForNobody(context: Context): void {
  if (context.body !== undefined && context.body !== null) return;
  if (context.status === 404) {
    answer(context, new Problem(404, 'not_found', 'There is nothing at this path.'));
  } else if (context.status === 405 || context.status === 501) {
    const allowed = context.response.get('Allow');
    answer(
      context,
      new Problem(405, 'method_not_allowed', `Method "${context.method}" not allowed.`, {
        headers: { Allow: allowed },
      }),
    );
  }
}

const surfaceOf = ({ path }: Context): Surface => (path.startsWith('/api/v1') ? 'v1' : 'django');

/** Every failure as an answer; what nobody expected as a masked 500. */
export function asProblem(error: unknown, surface: Surface): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return problemOf(error.refusal, surface);
  return (
    outageOf(error) ??
    new Problem(500, 'internal_error', 'Something went wrong here; it has been recorded.', {
      cause: error,
    })
  );
}

function answer(context: Context, problem: Problem): void {
  const { status, title, detail, code, errors, members } = problem;
  context.status = status;
  context.set(problem.headers);
  context.body = {
    ...(surfaceOf(context) === 'v1' ? {} : djangoKeys(problem)),
    ...members,
    type: `urn:everbill:problem:${code}`,
    title,
    status,
    detail,
    code,
    request_id: requestIdOf(context),
    errors,
  };
  context.type = 'application/problem+json';
}

/** What the clients of the two Django systems read: `error`, and each field's list of messages. */
function djangoKeys({ errors, detail }: Problem): Record<string, unknown> {
  const byField = new Map<string, string[]>();
  for (const error of errors) {
    const field = topField(error);
    byField.set(field, [...(byField.get(field) ?? []), messageOf(error)]);
  }
  return { error: detail, ...Object.fromEntries(byField) };
}

/** Members of the problem itself keep their meaning: their messages move to `non_field_errors`. */
const reserved = new Set(['type', 'title', 'status', 'detail', 'code', 'request_id', 'errors']);

function topField({ field }: FieldError): string {
  const [top = ''] = field.split('.');
  return reserved.has(top) || top === '' ? 'non_field_errors' : top;
}

function messageOf({ field, message }: FieldError): string {
  return reserved.has(field) ? `${field}: ${message}` : message;
}
