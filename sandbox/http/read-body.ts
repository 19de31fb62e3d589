import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors';

/** No request of the slice comes near this. */
const MOST_BYTES = 1024 * 1024;

/** Beyond this the connection is simply cut. */
const MOST_PATIENCE = 16 * MOST_BYTES;

/**
 * The body of a request as text.
 *
 * @throws ApiError 413 for more than a megabyte
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // The rest is still read, for otherwise the client would not get to read the refusal.
    if (size <= MOST_BYTES) {
      chunks.push(bytes);
    } else if (size > MOST_PATIENCE) {
      break;
    }
  }
  if (size > MOST_BYTES) {
    throw new ApiError(413, {
      type: 'invalid_request_error',
      message: 'The request body is too large.',
    });
  }
  return Buffer.concat(chunks).toString('utf8');
}
