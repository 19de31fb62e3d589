import { join } from 'node:path';
import { compileFile, type compileTemplate } from 'pug';
import { envelopeOf } from './emails/envelopes';
import { failureReason } from './emails/failure-reasons';
import { cardName, everyInterval, formatsFor, type Formats } from './emails/formats';
import { plainText } from './emails/plain-text';
import { emailDataSchemas, type EmailData, type EmailKind } from './emails/schemas';
import type { z } from 'zod';

export { emailDataSchemas, emailKinds, isEmailKind } from './emails/schemas';
export type { EmailData, EmailKind } from './emails/schemas';

/** The receiver, read from the database when the mail is rendered; never stored with the data. */
export interface EmailCustomer {
  name: string;
  email: string;
  /** BCP 47, as "de-DE"; decides how amounts and dates are written. The words are English. */
  locale: string;
  /** IANA, as "Europe/Berlin"; instants are told in it. */
  timeZone: string;
}

export interface EmailToRender {
  kind: EmailKind;
  /** As stored in the outbox; checked against the kind's schema. */
  data: unknown;
  customer: EmailCustomer;
  links: EmailLinks;
}

/** Where mails lead. */
export interface EmailLinks {
  /** Where the public pages live, as "https://billing.example.com", with or without a slash at its end. */
  publicUrl: string;
  /** Where an invoice is seen and paid, such as "/pay/…"; a secret, so that no stored row holds it. */
  payPath: (invoiceId: string) => string;
  /** Where an address is confirmed or a new password set; a secret likewise. */
  accountPath: (purpose: 'verify_email' | 'reset_password', tokenId: string) => string;
}

export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

/**
 * Renders one email as HTML and plain text, from the same words. Pure: no clock, no network; the same input gives the
 * same mail, so a retried delivery sends the same bytes.
 *
 * @throws ZodError when the data don't fit the kind: a retry can't help.
 */
export function renderEmail({ kind, data, customer, links }: EmailToRender): RenderedEmail {
  const { facts, envelope, formats } = read(kind, data, customer);
  const locals = localsFor({ kind, facts, customer, formats, links });
  const template = templateFor(kind);
  return {
    subject: envelope.subject,
    html: template({ ...locals, ...envelope, plain: false }),
    text: plainText(template({ ...locals, ...envelope, plain: true })),
  };
}

/** Ties each kind to the type of its data, which indexing by a type parameter would lose. */
const schemas: { [K in EmailKind]: z.ZodType<EmailData<K>> } = emailDataSchemas;

function read<K extends EmailKind>(kind: K, data: unknown, customer: EmailCustomer) {
  const formats = formatsFor(customer);
  const facts = schemas[kind].parse(data);
  return { facts, formats, envelope: envelopeOf(kind, facts, formats) };
}

/** What a template may use: the facts, and words made of them. Pug escapes all of it. */
function localsFor(context: {
  kind: EmailKind;
  facts: EmailData<EmailKind>;
  customer: EmailCustomer;
  formats: Formats;
  links: EmailLinks;
}) {
  const { kind, facts, customer, formats, links } = context;
  const url = (path: string) => `${links.publicUrl.replace(/\/+$/, '')}${path}`;
  return {
    kind,
    data: facts,
    customerName: customer.name.trim() === '' ? customer.email : customer.name,
    greeting: greeting(customer.name),
    ...formats,
    everyInterval,
    cardName,
    failureReason,
    isZero: (minorUnits: string) => BigInt(minorUnits) === 0n,
    minus: (left: string, right: string) => String(BigInt(left) - BigInt(right)),
    url,
    payUrl: (invoiceId: string) => url(links.payPath(invoiceId)),
    accountUrl: (purpose: 'verify_email' | 'reset_password', tokenId: string) =>
      url(links.accountPath(purpose, tokenId)),
    portalUrl: url('/portal/'),
  };
}

/**
 * Anyone can sign up somebody else's address, so a name that could carry an advertiser's link into our mails, or is
 * no name by its length, is left out of the greeting.
 */
function greeting(name: string): string {
  const trimmed = name.trim();
  const odd = trimmed === '' || trimmed.length > 80 || /[/\\@<>]|\w\.\w{2,}/.test(trimmed);
  return odd ? 'Hello,' : `Hello ${trimmed},`;
}

const templates = new Map<EmailKind, compileTemplate>();

function templateFor(kind: EmailKind): compileTemplate {
  const known = templates.get(kind);
  if (known !== undefined) return known;
  const file = join(__dirname, 'emails', `${kind.replaceAll('_', '-')}.pug`);
  const template = compileFile(file, { doctype: 'html' });
  templates.set(kind, template);
  return template;
}
