import { resendEmail } from '../../../../commands/operator/resend-email';
import { ok, route } from '../../../../http/route';
import {
  addressedEmail,
  emailsOf,
  shownEmail,
  type AddressedEmail,
} from '../../../../queries/operator/emails';
import {
  email as emailSchema,
  emailList,
  listRequest,
  oneRequest,
  resendRequest,
  wholeEmail,
} from './schemas';

const tags = ['Admin: emails'];
const base = '/api/v1/admin/emails';

export const adminEmailRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List the mails of the outbox, newest first',
    description: 'With `status=failed`: those that wait for an operator.',
    tags,
    request: listRequest,
    responses: { 200: emailList },
    async handler({ query }, { database }) {
      const { status, kind, user_id: userId, subscription: subscriptionId, ...page } = query;
      const wanted = { status, kind, userId, subscriptionId };
      const { rows, hasMore } = await emailsOf(database, wanted, page);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one mail as it would be sent',
    tags,
    request: oneRequest,
    responses: { 200: wholeEmail },
    async handler({ params }, { database, config }) {
      const row = await addressedEmail(database, params.id);
      const content = await shownEmail(database, row.email, config.PUBLIC_URL);
      return ok({ ...present(row), content: content ?? null });
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/resend`,
    auth: 'operator',
    summary: 'Send a mail again',
    description:
      'The same mail, with its Message-ID, to the address that the user has now; a failed one gets all its tries again. One that is queued already only stays so. Refused (409) when its receiver was erased (`user_erased`) or its link works no more (`email_expired`).',
    tags,
    request: resendRequest,
    responses: { 200: emailSchema },
    problems: [409],
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      const email = await resendEmail(dependencies, principal.user, { id, reason });
      const { to } = await addressedEmail(dependencies.database, id);
      return ok(present({ email, to }));
    },
  }),
];

const present = ({ email, to }: AddressedEmail) => ({
  id: email.id,
  kind: email.kind,
  status: email.status,
  user: email.userId,
  subscription: email.subscriptionId,
  to,
  message_id: email.messageId,
  attempts: email.attempts,
  next_attempt_at: email.status === 'queued' ? email.dueAt : null,
  last_error: email.lastError,
  sent_at: email.sentAt,
  created_at: email.createdAt,
});
