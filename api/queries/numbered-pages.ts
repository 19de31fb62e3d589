import { z } from 'zod';
import type { HttpFacts } from '../http/route';
import { notFound } from '../http/problem';

/** Items of one page in the lists that are numbered. */
export const pageSize = 20;

export const numberedPageQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1).catch(0),
});

/** A page of a numbered list, as Django REST framework answers it. */
export const numberedPageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    count: z.int(),
    next: z.url().nullable(),
    previous: z.url().nullable(),
    results: z.array(item),
  });

/** @throws Problem 404 for a page that is not there; the first one always is. */
export function numberedPage<Item>(
  { origin, path }: HttpFacts,
  { page, count, results }: { page: number; count: number; results: Item[] },
) {
  const pages = Math.max(1, Math.ceil(count / pageSize));
  if (page < 1 || page > pages) throw notFound('Invalid page.');
  const linkTo = (number: number) =>
    number === 1 ? `${origin}${path}` : `${origin}${path}?page=${number}`;
  return {
    count,
    next: page < pages ? linkTo(page + 1) : null,
    previous: page > 1 ? linkTo(page - 1) : null,
    results,
  };
}

/** Rows to skip before a page. */
export const offsetOf = (page: number) => Math.max(0, page - 1) * pageSize;
