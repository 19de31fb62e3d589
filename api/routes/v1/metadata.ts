import { z } from 'zod';
import { text } from '../../http/fields';

const name = z.string().regex(/^[\w.-]{1,40}$/);
const value = text(500);
const mostEntries = 50;
const fewEnough = (entries: object) => Object.keys(entries).length <= mostEntries;
const tooMany = `At most ${mostEntries} entries.`;

/** What a business notes on an object: up to 50 short texts under names of its own. */
export const metadata = z.record(name, value).refine(fewEnough, tooMany);

/** What of it changes: the names that are given; null takes one away. */
export const metadataChanges = z
  .record(name, value.nullable())
  .refine(fewEnough, tooMany)
  .describe('Names that are not given stay as they are; null takes one away.');

/** What an object is called in the business's own system. */
export const externalId = text(255);
