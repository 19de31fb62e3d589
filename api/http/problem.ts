import { STATUS_CODES } from 'node:http';

/** One thing that is wrong with one field of a request. */
export interface FieldError {
  /** Dotted path; `non_field_errors` when it concerns the request as a whole. */
  field: string;
  message: string;
  /** Stable: `required`, `invalid`, `unique` … */
  code: string;
}

export interface ProblemOptions {
  errors?: FieldError[];
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
  headers?: Record<string, string>;
  /** Further members of the body. */
  members?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * An answer that says no: status, stable code and a sentence for people. Handlers throw it; the
 * mapper in `problem-response.ts` makes an RFC 9457 body of it. Its text is shown to the client.
 */
export class Problem extends Error {
  override name = 'Problem';
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;
  readonly members: Record<string, unknown>;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    { errors = [], retryAfter, headers = {}, members = {}, cause }: ProblemOptions = {},
  ) {
    super(`${status} ${code}: ${detail}`, { cause });
    this.errors = errors;
    this.members = members;
    this.headers =
      retryAfter === undefined ? headers : { ...headers, 'Retry-After': String(retryAfter) };
  }

  get title(): string {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

export const notFound = (detail = 'Not found.') => new Problem(404, 'not_found', detail);

export const forbidden = () =>
  new Problem(403, 'permission_denied', 'You do not have permission to perform this action.');

/** 400 about one field. */
export const invalidField = (field: string, message: string, code = 'invalid') =>
  new Problem(400, 'invalid_request', message, { errors: [{ field, message, code }] });

/** 400 about the request as a whole, in the words of Django clients: `non_field_errors`. */
export const invalidRequest = (message: string, code: string) =>
  new Problem(400, code, message, { errors: [{ field: 'non_field_errors', message, code }] });

/** 503: something that we depend on can't be reached; nothing is wrong with the request. */
export const unavailable = (code: string, detail: string, retryAfter: number, cause?: unknown) =>
  new Problem(503, code, detail, { retryAfter, cause });
