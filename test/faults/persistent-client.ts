import { setTimeout as sleep } from 'node:timers/promises';

/** An answer other than "later". */
export interface Answer {
  status: number;
  body: unknown;
}

export interface Request {
  body?: unknown;
  token?: string | undefined;
  idempotencyKey?: string;
}

/** How often requests had to be sent again, and why. */
export interface Troubles {
  /** Refused or cut connections. */
  broken: number;
  /** 503 with Retry-After. */
  unavailable: number;
}

/** The API waits up to 35 seconds for an outcome before it says 503. */
const requestMilliseconds = 45_000;
const patienceMilliseconds = 180_000;
const pauseMilliseconds = 400;

/**
 * A client as they should be: when the connection breaks, or the API says 503, it sends the same
 * request again until it is answered. It counts
 * what it met, and takes nothing else for an answer to
 * an outage: a 500, or a 503 without Retry-After, is an error.
 */
export class PersistentClient {
  constructor(
    readonly url: string,
    readonly met: Troubles = { broken: 0, unavailable: 0 },
  ) {}

  async call(method: string, path: string, request: Request = {}): Promise<Answer> {
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
      const answer = await this.#once(method, path, request);
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) throw new Error(`${method} ${path} was never answered.`);
      await sleep(pauseMilliseconds);
    }
  }

  async #once(method: string, path: string, request: Request): Promise<Answer | undefined> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers: headersOf(request),
        signal: AbortSignal.timeout(requestMilliseconds),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      text = await response.text();
    } catch {
      this.met.broken += 1;
      return undefined;
    }
    const { status } = response;
    // The same request, sent before, is still under way.
    if (status === 409 && Number(response.headers.get('Retry-After')) > 0) return undefined;
    if (status === 503) {
      this.met.unavailable += 1;
      if (Number(response.headers.get('Retry-After')) > 0) return undefined;
    }
    if (status >= 500) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    const isJson = response.headers.get('Content-Type')?.includes('json') === true;
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    return { status, body };
  }
}

function headersOf({ body, token, idempotencyKey }: Request): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
  };
}
