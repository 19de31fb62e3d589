import { z } from 'zod';
import { text } from '../../../http/fields';

/** Why an operator does it. */
export const reason = text(500).optional().describe('Why: it is kept in the audit log.');

/** The body of an action that needs nothing else. */
export const reasonOnly = z.strictObject({ reason });

/** A DELETE says it in the query. */
export const reasonQuery = z.object({ reason });
