import { QueryTypes, type Transaction } from 'sequelize';
import type { Database } from '../../../db/database';
import type { Actor } from '../../accounts/authenticate';
import { Problem } from '../../http/problem';
import { Refused } from '../../http/refusals';

/** What the audit log says of an object: plain JSON without anything personal, as it outlives erasure. */
export type Facts = Record<string, unknown>;

/** Some columns of a row as facts: in snake_case, amounts as decimal strings of minor units. */
export function factsOf<Row extends object>(
  row: Row,
  columns: readonly (keyof Row & string)[],
): Facts {
  return Object.fromEntries(
    columns.map((column) => {
      const value: unknown = row[column];
      const name = column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [name, typeof value === 'bigint' ? String(value) : value];
    }),
  );
}

/** What an operator does, to what, and why (I11). */
export interface OperatorAct {
  operator: Actor;
  /** `invoice.void`, `plan.create` … */
  action: string;
  /** `invoice/{id}` … */
  object: string;
  /** In the operator's words. */
  reason?: string | undefined;
}

/** What goes with the wish of an operator that something be made. */
export interface Asked {
  reason?: string | undefined;
  /** The client's; the same key never makes a second one. */
  idempotencyKey?: string | undefined;
}

/**
 * Does what an operator asks of a workflow, and keeps it in the audit log (I11): written before it is
 * asked, so that nothing happens unseen, and completed with what it came to. A refusal is kept as
 * one; where the answer was lost, `after` stays empty.
 *
 * @param look the object's facts, before and after
 */
export async function audited<T>(
  database: Database,
  act: OperatorAct,
  look: () => Promise<Facts | null>,
  does: () => Promise<T>,
): Promise<T> {
  const id = await record(database, act, { before: await look(), after: null });
  try {
    const result = await does();
    await complete(database, id, await look());
    return result;
  } catch (error) {
    const code = refusalOf(error);
    if (code !== undefined) await complete(database, id, { refused: code });
    throw error;
  }
}

/** The same for what is done in one transaction of the database: written together with it. */
export async function recordAct(
  database: Database,
  transaction: Transaction,
  act: OperatorAct,
  facts: { before: Facts | null; after: Facts | null },
): Promise<void> {
  await record(database, act, facts, transaction);
}

async function record(
  { sequelize }: Database,
  { operator, action, object, reason }: OperatorAct,
  { before, after }: { before: Facts | null; after: Facts | null },
  transaction: Transaction | null = null,
): Promise<string> {
  const [row] = await sequelize.query<{ id: string }>(
    `insert into audit_log (actor_id, api_key_id, action, object, before, after, reason)
     values (:actor, :apiKey, :action, :object, cast(:before as jsonb), cast(:after as jsonb), :reason)
     returning id`,
    {
      replacements: {
        actor: operator.id,
        apiKey: operator.viaApiKey ?? null,
        action,
        object,
        before: asJson(before),
        after: asJson(after),
        reason: reason ?? null,
      },
      transaction,
      type: QueryTypes.SELECT,
    },
  );
  if (row === undefined) throw new Error('one in, one out');
  return row.id;
}

async function complete({ sequelize }: Database, id: string, after: Facts | null): Promise<void> {
  await sequelize.query('update audit_log set after = cast(:after as jsonb) where id = :id', {
    replacements: { id, after: asJson(after) },
  });
}

const asJson = (facts: Facts | null) => (facts === null ? null : JSON.stringify(facts));

/** The stable code of an expected no; undefined for a failure, after which nothing is known. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof Refused) return error.refusal.code;
  return error instanceof Problem && error.status < 500 ? error.code : undefined;
}
