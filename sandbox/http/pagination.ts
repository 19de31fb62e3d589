import type Stripe from 'stripe';
import { invalidRequest, resourceMissing } from '../errors';
import type { Table } from '../store/table';

interface Page {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** A page of a list, newest first, as every list of Stripe is. */
export type Listing<Item> = Pick<Stripe.ApiList<Item>, 'object' | 'data' | 'has_more' | 'url'>;

/**
 * One page of a table.
 *
 * @param what the kind of object, for the message about an unknown cursor
 * @param pick the object to show for a row, or null to leave the row out
 * @throws ApiError 400 for a limit outside 1..100, an unknown cursor, or both cursors
 */
export function listPage<Row, Item>(
  table: Table<Row>,
  request: { url: string; what: string; page: Page },
  pick: (row: Row) => Item | null,
): Listing<Item> {
  const { page, url } = request;
  const limit = limitOf(page);
  const cursor = page.starting_after ?? page.ending_before;
  if (cursor !== undefined && !table.has(cursor)) {
    const param = page.starting_after === undefined ? 'ending_before' : 'starting_after';
    throw resourceMissing(request.what, cursor, param, false);
  }
  const backwards = page.ending_before !== undefined;
  const rows = backwards
    ? table.newerThan(page.ending_before ?? '')
    : table.newestFirst(page.starting_after);
  const found = take(rows, pick, limit + 1);
  const data = found.slice(0, limit);
  return {
    object: 'list',
    data: backwards ? data.toReversed() : data,
    has_more: found.length > limit,
    url,
  };
}

function limitOf(page: Page): number {
  if (page.starting_after !== undefined && page.ending_before !== undefined) {
    throw invalidRequest(
      'You may only specify one of these parameters: ending_before, starting_after.',
      {
        code: 'parameters_exclusive',
        param: 'ending_before',
      },
    );
  }
  const limit = page.limit ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidRequest(`Invalid limit: ${limit}. It must be between 1 and 100.`, {
      param: 'limit',
    });
  }
  return limit;
}

function take<Row, Item>(
  rows: Iterable<[string, Row]>,
  pick: (row: Row) => Item | null,
  count: number,
): Item[] {
  const items: Item[] = [];
  for (const [, row] of rows) {
    const item = pick(row);
    if (item !== null) {
      items.push(item);
    }
    if (items.length === count) {
      break;
    }
  }
  return items;
}

/** Whether a moment lies in a `created` filter; everything does when there is none. */
export function within(second: number, range: Range | undefined): boolean {
  return (
    range === undefined ||
    (second > (range.gt ?? -Infinity) &&
      second >= (range.gte ?? -Infinity) &&
      second < (range.lt ?? Infinity) &&
      second <= (range.lte ?? Infinity))
  );
}
