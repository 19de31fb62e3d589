import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import type { Database } from '../database';

/** How long a key means the same request. */
const keptHours = 24;
/** Whoever has not renewed a claim for so long has died: the next of the requests takes it over. */
const deadSeconds = 6;
/** Most rows that one sweep takes away. */
const sweepRows = 1_000;

/** A request by the name that its client gave it. */
export interface NamedRequest {
  userId: string;
  /** 1 to 255 characters. */
  key: string;
  /** Hashes of what was asked, by each key that hashes; the first is written down. */
  hashes: readonly [string, ...string[]];
}

/** The right to carry a request out, until it is settled, released, or lost for not being renewed. */
export interface Claim extends Pick<NamedRequest, 'userId' | 'key'> {
  claim: string;
}

export type ClaimOutcome =
  | { state: 'claimed'; claim: Claim }
  /** The key names another request. */
  | { state: 'reused' }
  | { state: 'under way' }
  | { state: 'settled'; answer: string | null };

interface Row {
  request_hash: string;
  status: number | null;
  answer: string | null;
}

/** Claims a request, or says what became of it. Of any number of twins one gets the claim. */
export async function claimRequest(
  { sequelize }: Database,
  { userId, key, hashes }: NamedRequest,
): Promise<ClaimOutcome> {
  for (;;) {
    const claim: Claim = { userId, key, claim: randomUUID() };
    const claimed = await sequelize.query(
      `insert into idempotency_keys as known (user_id, key, request_hash, claim)
       values (:userId, :key, :hash, :claim)
       on conflict (user_id, key) do update
         set request_hash = excluded.request_hash, claim = excluded.claim,
           status = null, answer = null, locked_at = now(), created_at = now()
         where known.created_at < now() - interval '${keptHours} hours'
           or (known.status is null and known.request_hash in (:hashes)
             and known.locked_at < now() - interval '${deadSeconds} seconds')
       returning claim`,
      { replacements: { ...claim, hash: hashes[0], hashes }, type: QueryTypes.SELECT },
    );
    if (claimed.length > 0) return { state: 'claimed', claim };
    const [row] = await sequelize.query<Row>(
      'select request_hash, status, answer from idempotency_keys where user_id = :userId and key = :key',
      { replacements: { userId, key }, type: QueryTypes.SELECT },
    );
    // Undefined: it was released between the two.
    if (row !== undefined) return outcomeOf(row, hashes);
  }
}

function outcomeOf(row: Row, hashes: readonly string[]): ClaimOutcome {
  if (!hashes.includes(row.request_hash)) return { state: 'reused' };
  if (row.status === null) return { state: 'under way' };
  return { state: 'settled', answer: row.answer };
}

const mine = 'user_id = :userId and key = :key and claim = :claim and status is null';

/** Says that somebody is still at it. */
export async function renewClaim({ sequelize }: Database, claim: Claim): Promise<void> {
  await sequelize.query(`update idempotency_keys set locked_at = now() where ${mine}`, {
    replacements: { ...claim },
  });
}

/** Writes down what a request came to; without effect when the claim was lost. */
export async function settleClaim(
  { sequelize }: Database,
  claim: Claim,
  { status, answer }: { status: number; answer: string | null },
): Promise<void> {
  await sequelize.query(
    `update idempotency_keys set status = :status, answer = :answer where ${mine}`,
    { replacements: { ...claim, status, answer } },
  );
}

/** Forgets a request that came to nothing that should be said again. */
export async function releaseClaim({ sequelize }: Database, claim: Claim): Promise<void> {
  await sequelize.query(`delete from idempotency_keys where ${mine}`, {
    replacements: { ...claim },
  });
}

/** Takes away what is older than a key is kept. */
export async function sweepClaims({ sequelize }: Database): Promise<void> {
  await sequelize.query(
    `delete from idempotency_keys where (user_id, key) in (
       select user_id, key from idempotency_keys
       where created_at < now() - interval '${keptHours} hours'
       order by created_at limit ${sweepRows} for update skip locked)`,
  );
}
