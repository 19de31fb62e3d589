import type { Table } from '../../../db/models/define';
import { notFound } from '../../http/problem';

/**
 * A row whoever it belongs to: for operators, who were let in as such.
 * @throws Problem 404.
 */
export async function anyRow<Row extends { id: string }>(
  table: Table<Row>,
  id: string,
): Promise<Row> {
  const row = await table.findByPk(id);
  if (row === null) throw notFound();
  return row.get({ plain: true });
}
