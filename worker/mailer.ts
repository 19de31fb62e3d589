import { createTransport } from 'nodemailer';
import { QueryTypes } from 'sequelize';
import { validate as isUuid } from 'uuid';
import type { Database } from '../db/database';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import { createAccountLinks, type AccountLinks } from '../platform/account-links';
import { createPayLinks, type PayLinks } from '../platform/pay-links';
import { isEmailKind, renderEmail } from '../templates/email';

/** One try and three more, 60 seconds apart; then the mail is on the operators' list. */
const tries = 4;
const retrySeconds = 60;
/** A mail whose sender died in the middle is taken by another after this. */
const leaseSeconds = 15;
const batchSize = 20;

type Links = Pick<Config, 'PUBLIC_URL'> & { payLinks: PayLinks; accountLinks: AccountLinks };

interface DueEmail {
  id: string;
  kind: string;
  data: Record<string, unknown>;
  messageId: string;
  attempts: number;
  createdAt: Date;
  email: string;
  name: string;
  locale: string;
  timeZone: string;
  /** Its receiver was erased: there is nobody to send it to. */
  erased: boolean;
}

/** Delivers the outbox (I8). */
export function createMailer(deps: {
  database: Database;
  config: Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'PUBLIC_URL' | 'JWT_SECRET'>;
  logger: Logger;
}) {
  const { database, config, logger } = deps;
  const links = {
    ...config,
    payLinks: createPayLinks(config),
    accountLinks: createAccountLinks(config),
  };
  const transport = createTransport(
    {
      url: config.SMTP_URL,
      pool: true,
      maxConnections: 4,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 10_000,
    },
    { from: config.MAIL_FROM },
  );

  const deliver = async (due: DueEmail): Promise<void> => {
    if (due.erased) {
      await database.emails.update({ status: 'failed' }, { where: { id: due.id } });
      return;
    }
    try {
      await transport.sendMail(compose(due, links));
      await database.emails.update(
        { status: 'sent', sentAt: new Date().toISOString(), lastError: null },
        { where: { id: due.id } },
      );
    } catch (error) {
      const lastError = error instanceof Error ? error.message : String(error);
      const status = due.attempts >= tries ? 'failed' : 'queued';
      logger.warn(
        { emailId: due.id, kind: due.kind, attempts: due.attempts, status, err: error },
        'mail not delivered',
      );
      const dueAt = new Date(Date.now() + retrySeconds * 1_000).toISOString();
      await database.emails.update(
        { status, lastError, dueAt },
        // Not when it was erased in the meantime.
        { where: { id: due.id, status: 'queued' } },
      );
    }
  };

  return {
    /** Takes what is due and delivers it; how many mails it took. */
    async workOff(): Promise<number> {
      const due = await takeDue(database);
      await Promise.all(due.map(deliver));
      return due.length;
    },
    close: () => transport.close(),
  };
}

/**
 * Takes due mails for ourselves for a while: no transaction stays open while SMTP is spoken, and a
 * mail whose sender dies is tried again.
 */
function takeDue(database: Database): Promise<DueEmail[]> {
  return database.sequelize.query<DueEmail>(
    `with due as (
       select id from emails where status = 'queued' and due_at <= now()
       order by due_at, created_at limit :batchSize for update skip locked
     ), taken as (
       update emails set attempts = attempts + 1, due_at = now() + make_interval(secs => :leaseSeconds)
       from due where emails.id = due.id
       returning emails.*
     )
     select taken.id, taken.kind, taken.data, taken.message_id as "messageId", taken.attempts,
       taken.created_at as "createdAt", users.email, users.name, users.locale, users.time_zone as "timeZone",
       users.erased_at is not null as erased
     from taken join users on users.id = taken.user_id
     order by taken.created_at`,
    { replacements: { batchSize, leaseSeconds }, type: QueryTypes.SELECT },
  );
}

function compose(due: DueEmail, { PUBLIC_URL, payLinks, accountLinks }: Links) {
  const { kind, data, createdAt, email, name, locale, timeZone, messageId } = due;
  if (!isEmailKind(kind)) throw new Error(`There is no mail of the kind ${kind}.`);
  const rendered = renderEmail({
    kind,
    data,
    customer: { name, email, locale, timeZone },
    links: {
      publicUrl: PUBLIC_URL,
      // By when it was written, so that a mail that is sent again is the same. Invoices of Stripe
      // Billing's are none of ours and have no page here.
      payPath: (invoiceId) =>
        isUuid(invoiceId) ? payLinks.pathFor(invoiceId, createdAt) : '/portal/',
      accountPath: (purpose, tokenId) => accountLinks.pathFor(purpose, tokenId),
    },
  });
  return { ...rendered, messageId, to: { name, address: email } };
}
