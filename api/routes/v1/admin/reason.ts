import { z } from 'zod';
import type { Asked } from '../../../commands/operator/audit';
import { text } from '../../../http/fields';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import type { HttpFacts } from '../../../http/route';

/** Why an operator does it. */
export const reason = text(500).optional().describe('Why: it is kept in the audit log.');

/** The body of an action that needs nothing else. */
export const reasonOnly = z.strictObject({ reason });

/** A DELETE says it in the query. */
export const reasonQuery = z.object({ reason });

/** Of a request that makes something. */
export const onceUnderKey =
  'With an `Idempotency-Key` a repeated request answers the same, and nothing is made twice.';

/** What a request to make something says besides. */
export const askedOf = (body: { reason?: string | undefined }, http: HttpFacts): Asked => ({
  reason: body.reason,
  idempotencyKey: idempotencyKeyOf(http),
});
