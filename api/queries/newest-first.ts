import { Op, type WhereOptions } from 'sequelize';
import { z } from 'zod';
import type { Table } from '../../db/models/define';
import { id } from '../http/fields';
import { invalidField } from '../http/problem';

/** How a page of a v1 list is asked for. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many at most.'),
  starting_after: id.optional().describe('The id of the last one of the page before.'),
});

export interface PageRequest {
  limit: number;
  starting_after?: string | undefined;
}

export interface Page<Row> {
  rows: Row[];
  hasMore: boolean;
}

/** A page of a v1 list. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), has_more: z.boolean() });

/** The same of a short list that is already at hand, newest first. */
export function pageOf<Row extends { id: string }>(
  all: readonly Row[],
  { limit, starting_after }: PageRequest,
): Page<Row> {
  const last = all.findIndex((row) => row.id === starting_after);
  if (starting_after !== undefined && last === -1) throw unknownItem();
  const rest = all.slice(last + 1);
  return { rows: rest.slice(0, limit), hasMore: rest.length > limit };
}

const unknownItem = () => invalidField('starting_after', 'There is no such item.');

interface Listed {
  id: string;
  createdAt: string;
}

/**
 * Rows newest first, after the one that the page before ended with. `where` must hold whose they are.
 * @throws Problem 400 when `starting_after` is not one of them.
 */
export async function newestFirst<Row extends Listed>(
  table: Table<Row>,
  where: WhereOptions<Row>,
  { limit, starting_after }: PageRequest,
): Promise<Page<Row>> {
  const conditions: WhereOptions[] = [where];
  if (starting_after !== undefined) {
    const named: WhereOptions[] = [where, { id: starting_after }];
    const row = await table.findOne({ where: { [Op.and]: named } });
    const last = row?.get({ plain: true });
    if (last === undefined) throw unknownItem();
    conditions.push({
      [Op.or]: [
        { createdAt: { [Op.lt]: last.createdAt } },
        { createdAt: last.createdAt, id: { [Op.lt]: last.id } },
      ],
    });
  }
  const rows = await table.findAll({
    where: { [Op.and]: conditions },
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  });
  return {
    rows: rows.slice(0, limit).map((row) => row.get({ plain: true })),
    hasMore: rows.length > limit,
  };
}
