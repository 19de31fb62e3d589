import type { Context } from 'koa';
import { Problem } from './problem';

/** Most bytes of a JSON request. */
const jsonLimit = 100_000;

/**
 * The request's JSON, or an empty object when there is no body.
 * @throws Problem 415 for another content type, 413 when too large, 400 when it is not JSON.
 */
export async function readJson(context: Context): Promise<unknown> {
  const type = context.request.is('json', '+json');
  if (type === null || context.request.length === 0) return {};
  if (type === false) {
    throw new Problem(
      415,
      'unsupported_media_type',
      `Unsupported media type "${context.get('Content-Type')}" in request: send application/json.`,
    );
  }
  const bytes = await readRaw(context, jsonLimit);
  if (bytes.length === 0) return {};
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    refuseDepth(text);
    const value: unknown = JSON.parse(text, refuseHalves);
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    const reason = error instanceof SyntaxError ? error.message : 'not UTF-8';
    throw new Problem(400, 'parse_error', `JSON parse error: ${reason}`, { cause: error });
  }
}

/** Half of a surrogate pair is no character: PostgreSQL can't store it, and nobody means it (RFC 7493, 2.1). */
function refuseHalves(name: string, value: unknown): unknown {
  if (isHalf.test(name) || (typeof value === 'string' && isHalf.test(value))) {
    throw new SyntaxError('a surrogate without its other half');
  }
  return value;
}

const isHalf = /\p{Surrogate}/u;

/** Nothing here is nested deeper than a few levels, and what walks through a value does so by recursion. */
const deepest = 32;

function refuseDepth(json: string): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') inText = !inText;
    else if (inText && sign === '\\') at += 1;
    else if (!inText && (sign === '[' || sign === '{')) depth += 1;
    else if (!inText && (sign === ']' || sign === '}')) depth -= 1;
    if (depth > deepest) {
      throw new Problem(
        400,
        'parse_error',
        `JSON parse error: nested deeper than ${deepest} levels`,
      );
    }
  }
}

/**
 * The request's bytes as they were sent.
 * @throws Problem 413 above `limit` bytes, 415 when they are compressed.
 */
export async function readRaw(context: Context, limit: number): Promise<Buffer> {
  if (context.get('Content-Encoding') !== '' && context.get('Content-Encoding') !== 'identity') {
    throw new Problem(415, 'unsupported_encoding', 'Send the body uncompressed.');
  }
  const announced = context.request.length ?? 0;
  if (announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    context.req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        chunks.length = 0;
        reject(tooLarge(limit));
      } else {
        chunks.push(chunk);
      }
    });
    context.req.once('end', () => resolve(Buffer.concat(chunks)));
    context.req.once('error', reject);
    context.req.once('aborted', () =>
      reject(new Problem(400, 'request_aborted', 'The request was cut off.')),
    );
  });
}

const tooLarge = (limit: number) =>
  new Problem(413, 'request_too_large', `The body is larger than ${limit} bytes.`);
