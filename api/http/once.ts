import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Database } from '../../db/database';
import {
  claimRequest,
  releaseClaim,
  renewClaim,
  settleClaim,
  sweepClaims,
  type Claim,
  type NamedRequest,
} from '../../db/repositories/idempotency-keys';
import type { Logger } from '../../platform/logger';
import { keyReused } from './idempotency-key';
import { Problem } from './problem';
import { asProblem } from './problem-response';
import type { Route, RouteAnswer } from './route';
import type { SealedAnswers } from './sealed-answers';

/** How often a claim is renewed: its holder counts as dead after three times as long. */
const renewMilliseconds = 2_000;
/** A twin waits for the first this long; more than it takes to tell that the first died. */
const patienceMilliseconds = 15_000;
const firstLookMilliseconds = 40;
const lookMilliseconds = 400;
/** Old keys are taken away with every so many-th new one. */
const claimsPerSweep = 20;

/** A header of every answer that was given before. */
export const replayed = { 'Idempotent-Replayed': 'true' };

/** One request under the key that its client gave it. */
export interface KeyedRequest {
  userId: string;
  key: string;
  /** Whatever makes it another request: the method, the path, the query, the body. */
  asked: object;
  /** See `RouteDefinition`. */
  secret: Route['secret'];
}

/** Does a request, or answers what it came to before. */
export type Once = (
  request: KeyedRequest,
  does: () => Promise<RouteAnswer>,
) => Promise<RouteAnswer>;

export interface OnceParts {
  database: Database;
  sealedAnswers: SealedAnswers;
  logger: Logger;
}

/** Routes on which an Idempotency-Key counts: what is signed in and changes something in v1. */
export const takesKey = ({
  method,
  auth,
  paths: [path],
}: Pick<Route, 'method' | 'auth' | 'paths'>) =>
  method !== 'get' && auth !== 'open' && path.startsWith('/api/v1/');

/**
 * One mechanism for every Idempotency-Key: a request claims its key, is carried out, and its answer is
 * kept for a day. The same request again gets that answer; another one under the key 422; a twin waits for
 * the first, and gets 409 when that takes long. What asks to be tried again (5xx, 429, Retry-After) is
 * not kept. When a process dies in the middle, the next of the requests takes over: what it does then
 * must itself be safe to repeat under the key (update ids, ids made of keys), and is.
 */
export function createOnce(parts: OnceParts): Once {
  let claims = 0;
  return async ({ userId, key, asked, secret }, does) => {
    const hashes = parts.sealedAnswers.hashes(canonical(asked));
    const known = await claimOrWait(parts, { userId, key, hashes });
    if (known.state === 'settled') return again(parts, known.answer, secret, does);
    claims += 1;
    if (claims % claimsPerSweep === 0) void quietly(parts, 'old keys', sweepClaims(parts.database));
    return carryOut(parts, known.claim, secret, does);
  };
}

async function claimOrWait({ database }: OnceParts, request: NamedRequest) {
  const deadline = Date.now() + patienceMilliseconds;
  for (let pause = firstLookMilliseconds; ; pause = Math.min(pause * 2, lookMilliseconds)) {
    const known = await claimRequest(database, request);
    if (known.state === 'reused') throw keyReused();
    if (known.state !== 'under way') return known;
    if (Date.now() > deadline) throw keyInUse();
    await delay(pause);
  }
}

async function carryOut(
  parts: OnceParts,
  claim: Claim,
  secret: Route['secret'],
  does: () => Promise<RouteAnswer>,
): Promise<RouteAnswer> {
  const { database, sealedAnswers } = parts;
  const alive = setInterval(
    () => void quietly(parts, 'claim not renewed', renewClaim(database, claim)),
    renewMilliseconds,
  );
  const keep = (status: number, kept: Kept | undefined) =>
    quietly(
      parts,
      'answer not kept',
      settleClaim(database, claim, {
        status,
        answer: kept === undefined ? null : sealedAnswers.seal(JSON.stringify(kept)),
      }),
    );
  try {
    const answer = await does();
    const { status, body } = answer;
    await keep(status, secret === undefined ? { answer: { status, body } } : undefined);
    return answer;
  } catch (error) {
    const problem = asProblem(error, 'v1');
    if (isLasting(problem)) await keep(problem.status, { problem: keptProblem(problem) });
    else await quietly(parts, 'claim not released', releaseClaim(database, claim));
    throw problem;
  } finally {
    clearInterval(alive);
  }
}

/** The database may be gone while the request was done: its answer counts, not that it was kept. */
async function quietly({ logger }: OnceParts, what: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    logger.warn({ err: error }, `idempotency: ${what}`);
  }
}

const isLasting = ({ status, headers }: Problem) =>
  status < 500 && status !== 429 && headers['Retry-After'] === undefined;

/** What is written down of an answer. */
const keptSchema = z.union([
  z.object({ answer: z.object({ status: z.int(), body: z.unknown().optional() }) }),
  z.object({
    problem: z.object({
      status: z.int(),
      code: z.string(),
      detail: z.string(),
      errors: z.array(z.object({ field: z.string(), message: z.string(), code: z.string() })),
      members: z.record(z.string(), z.unknown()),
    }),
  }),
]);
type Kept = z.input<typeof keptSchema>;

const keptProblem = ({ status, code, detail, errors, members }: Problem) => ({
  status,
  code,
  detail,
  errors,
  members,
});

async function again(
  { sealedAnswers }: OnceParts,
  sealed: string | null,
  secret: Route['secret'],
  does: () => Promise<RouteAnswer>,
): Promise<RouteAnswer> {
  if (sealed === null && secret === 'again') {
    const answer = await does();
    return { ...answer, headers: { ...answer.headers, ...replayed } };
  }
  const text = sealed === null ? undefined : sealedAnswers.open(sealed);
  if (text === undefined) throw answerNotKept();
  const kept = keptSchema.parse(JSON.parse(text));
  if ('answer' in kept) {
    const { status, body } = kept.answer;
    return { status, body, headers: replayed };
  }
  const { status, code, detail, errors, members } = kept.problem;
  throw new Problem(status, code, detail, { errors, members, headers: replayed });
}

/** JSON in which the order of members makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const keyInUse = () =>
  new Problem(
    409,
    'idempotency_key_in_use',
    'The first request under this Idempotency-Key is still under way.',
    { retryAfter: 2 },
  );

const answerNotKept = () =>
  new Problem(
    409,
    'idempotency_answer_not_kept',
    'The request under this Idempotency-Key was carried out, and its answer can’t be shown again.',
  );
