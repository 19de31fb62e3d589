import { validate as isUuid } from 'uuid';
import type { EmailRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { isEmailKind, renderEmail, type RenderedEmail } from '../../../templates/email';
import { newestFirst, type Page, type PageRequest } from '../newest-first';
import { anyRow } from './any';

/** What an operator may pick mails by. */
export interface WantedEmails {
  status?: EmailRecord['status'] | undefined;
  kind?: string | undefined;
  userId?: string | undefined;
  subscriptionId?: string | undefined;
}

/** A mail of the outbox with the address that it goes to: the one that the user has now. */
export interface AddressedEmail {
  email: EmailRecord;
  to: string;
}

/** The newest first. @throws Problem 400 when `starting_after` is not one of them. */
export async function emailsOf(
  database: Database,
  { status, kind, userId, subscriptionId }: WantedEmails,
  page: PageRequest,
): Promise<Page<AddressedEmail>> {
  const where = {
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(userId === undefined ? {} : { userId }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  };
  const { rows, hasMore } = await newestFirst(database.emails, where, page);
  const ids = [...new Set(rows.map((email) => email.userId))];
  const users = await database.users.findAll({ attributes: ['id', 'email'], where: { id: ids } });
  const addresses = new Map(
    users.map((row) => row.get({ plain: true })).map(({ id, email }) => [id, email]),
  );
  return {
    rows: rows.map((email) => ({ email, to: addresses.get(email.userId) ?? '' })),
    hasMore,
  };
}

/** @throws Problem 404. */
export async function addressedEmail(database: Database, id: string): Promise<AddressedEmail> {
  const email = await anyRow(database.emails, id);
  const { email: to } = await anyRow(database.users, email.userId);
  return { email, to };
}

/** In the place of what only the receiver may have: links that open something (I12). */
const hidden = '/hidden';

/**
 * A mail as it would be sent now, its secret links taken out. Undefined when it can't be written any
 * more: its contents were erased with their receiver.
 */
export async function shownEmail(
  database: Database,
  { kind, data, userId }: EmailRecord,
  publicUrl: string,
): Promise<RenderedEmail | undefined> {
  const { name, email, locale, timeZone, erasedAt } = await anyRow(database.users, userId);
  if (erasedAt !== null || !isEmailKind(kind)) return undefined;
  return renderEmail({
    kind,
    data,
    customer: { name, email, locale, timeZone },
    links: {
      publicUrl,
      payPath: (invoiceId) => (isUuid(invoiceId) ? `/pay${hidden}` : '/portal/'),
      accountPath: () => hidden,
    },
  });
}
