import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { v5 as uuidv5 } from 'uuid';
import type { Table } from '../../db/models/define';
import { keyReused } from '../http/idempotency-key';
import { anyRow } from '../queries/operator/any';

/**
 * The name under which Temporal does one asking of a subscription once: the same request repeated
 * under the same Idempotency-Key has the same name, another request another one. Undefined without
 * a key. `request` is what the client asked, in a fixed order.
 */
export function updateIdOf(
  idempotencyKey: string | undefined,
  { subscriptionId, action, request }: Asking,
): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return uuidv5(JSON.stringify([idempotencyKey, action, request]), subscriptionId);
}

interface Asking {
  subscriptionId: string;
  action: string;
  request: object;
}

/** A row that somebody wants to be made. */
export interface Making<Row extends { id: string }> {
  table: Table<Row>;
  /** `plan`, `coupon` …: keys of different kinds, and of different people, don't meet. */
  kind: string;
  userId: string;
  idempotencyKey: string | undefined;
  /** What of the row is as it was asked for. */
  wanted: Partial<Row>;
}

/**
 * Makes a row, under one Idempotency-Key once: its id comes from the key, so a repeated request finds
 * it. Answers the row.
 * @param make does it, under the id that it is given
 * @throws Problem 422 when the key was used to ask for something else.
 */
export async function makeOnce<Row extends { id: string }>(
  making: Making<Row>,
  make: (id: string) => Promise<void>,
): Promise<Row> {
  const { table, kind, userId, idempotencyKey } = making;
  if (idempotencyKey === undefined) {
    const id = randomUUID();
    await make(id);
    return anyRow(table, id);
  }
  const id = uuidv5(`${kind}/${idempotencyKey}`, userId);
  const known = await madeBefore(making, id);
  if (known !== undefined) return known;
  try {
    await make(id);
  } catch (error) {
    // A request under the same key, at the same moment, was faster.
    const faster = await madeBefore(making, id);
    if (faster !== undefined) return faster;
    throw error;
  }
  return anyRow(table, id);
}

async function madeBefore<Row extends { id: string }>(
  { table, wanted }: Making<Row>,
  id: string,
): Promise<Row | undefined> {
  const row = (await table.findByPk(id))?.get({ plain: true });
  if (row === undefined || isDeepStrictEqual({ ...row, ...wanted }, row)) return row;
  throw keyReused();
}
