import { ApiError } from '../errors';

export type KeyKind = 'secret' | 'publishable';

/**
 * Reads the API key of a request, given as a bearer token or as the user of basic authentication. Any test
 * key will do; a live key is refused, as it must never meet a sandbox.
 *
 * @throws ApiError 401
 */
export function authenticate(authorization: string | undefined): KeyKind {
  const key = keyOf(authorization);
  if (key === null || key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^sk_test_./.test(key)) {
    return 'secret';
  }
  if (/^pk_test_./.test(key)) {
    return 'publishable';
  }
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(12)}`);
}

function keyOf(authorization: string | undefined): string | null {
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)\s*$/.exec(authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
    default:
      return null;
  }
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message });
}

/** 403 for what only the owner of the account may do. */
export function secretKeyRequired(): ApiError {
  return new ApiError(403, {
    type: 'invalid_request_error',
    code: 'secret_key_required',
    doc_url: 'https://stripe.com/docs/error-codes/secret-key-required',
    message:
      'This API call cannot be made with a publishable API key. Please use a secret API key.',
  });
}
