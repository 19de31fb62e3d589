import { z } from 'zod';
import { emailKinds } from '../../../../../templates/email';
import { byId, id, instant } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { reasonOnly } from '../reason';

const status = z
  .enum(['queued', 'sent', 'failed'])
  .describe('`queued`: it waits for its turn or its next try. `failed`: its tries are over.');

export const email = z
  .object({
    id,
    kind: z.string(),
    status,
    user: id,
    subscription: id.nullable(),
    to: z.string().describe('The address that the user has now.'),
    message_id: z.string().describe('The same however often it is sent.'),
    attempts: z.int().describe('How often it was tried since it was last put in the queue.'),
    next_attempt_at: instant.nullable(),
    last_error: z.string().nullable(),
    sent_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'Email' });
export const emailList = listOf(email);

export const wholeEmail = email.extend({
  content: z
    .object({ subject: z.string(), html: z.string(), text: z.string() })
    .nullable()
    .describe(
      'As it would be sent now; links that only its receiver may have are hidden. Null when it was erased with its receiver.',
    ),
});

export const listRequest = z.object({
  query: pageQuery.extend({
    status: status.optional(),
    kind: z.enum(emailKinds).optional(),
    user_id: id.optional(),
    subscription: id.optional(),
  }),
});
export const oneRequest = z.object({ params: byId });
export const resendRequest = oneRequest.extend({ body: reasonOnly });
