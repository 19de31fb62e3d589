import { randomUUID } from 'node:crypto';
import type { RequestDetails } from '../../activities/ports/records';
import type { Database } from '../../db/database';

/**
 * Keeps what people wrote about a request, so that a workflow's payloads hold its id only (I12).
 * Under an id that is there already nothing is written again. Answers the id.
 * @param userId whom it is about: the words are erased with them
 */
export async function keepDetails(
  { requestDetails }: Database,
  userId: string | null,
  data: RequestDetails,
  id: string = randomUUID(),
): Promise<string> {
  await requestDetails.bulkCreate([{ id, userId, data }], { ignoreDuplicates: true });
  return id;
}
