import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** What the list shows of a message. */
export interface MailSummary {
  /** Sorts by arrival. */
  id: string;
  /** As in the header: "Everbill <billing@example.com>". */
  from: string;
  /** The envelope's recipients, so blind copies too: bare addresses. */
  to: string[];
  subject: string;
  /** The Date header as an ISO instant; without a readable one, the arrival. */
  date: string;
  /** With its angle brackets; null when the message has none. */
  message_id: string | null;
}

export interface MailAttachment {
  filename: string;
  mime_type: string;
  size: number;
}

/** A whole message. */
export interface Mail extends MailSummary {
  /** Lower-case names; a header that stands several times has its values joined by line breaks. */
  headers: Record<string, string>;
  /** Null when the message has no such part. */
  text: string | null;
  html: string | null;
  attachments: MailAttachment[];
}

export interface MailSearch {
  /** The whole address of a recipient, in any case. */
  to?: string | undefined;
  /** A part of the subject, in any case. */
  subject?: string | undefined;
  /** A part of the subject or of a recipient, in any case. */
  text?: string | undefined;
  limit?: number | undefined;
}

/** Enough for the header of any message of ours; a longer one loses its rest in the list, not on disk. */
const headerBytes = 64 * 1024;
const filesReadAtOnce = 16;

/**
 * Messages as files `<id>.eml` in one folder, newest first. A file appears by rename, so there is a whole message or
 * none, and it survives `kill -9` once `store` has resolved. (It is not synced to the disk: a power cut may lose it.)
 */
export class Mailbox {
  /** Oldest first, the order of arrival. */
  readonly #summaries = new Map<string, MailSummary>();
  #lastArrival = 0;

  private constructor(readonly folder: string) {}

  /** Opens the folder, making it where it is missing, and reads what an earlier run has stored. */
  static async open(folder: string): Promise<Mailbox> {
    await mkdir(folder, { recursive: true });
    const mailbox = new Mailbox(folder);
    const files = await readdir(folder);
    for (const file of files.filter((name) => name.endsWith('.part'))) {
      await rm(join(folder, file), { force: true });
    }
    const ids = files.flatMap((name) => (/^(\d{13}-[0-9a-f]{8})\.eml$/.exec(name) ?? []).slice(1));
    ids.sort();
    for (let start = 0; start < ids.length; start += filesReadAtOnce) {
      const some = ids.slice(start, start + filesReadAtOnce);
      for (const summary of await Promise.all(some.map((id) => mailbox.#summaryOnDisk(id)))) {
        mailbox.#summaries.set(summary.id, summary);
      }
    }
    return mailbox;
  }

  get count(): number {
    return this.#summaries.size;
  }

  /** Resolves once the message can't be lost any more. */
  async store(message: Buffer, envelope: { from: string; to: string[] }): Promise<MailSummary> {
    const raw = Buffer.concat([Buffer.from(deliveryHeaders(envelope)), message]);
    const id = this.#nextId();
    const file = this.#file(id);
    const part = `${file}.part`;
    await writeFile(part, raw);
    await rename(part, file);
    const summary = await summarise(id, raw);
    this.#summaries.set(id, summary);
    return summary;
  }

  /** Newest first. */
  list(search: MailSearch = {}): MailSummary[] {
    const matches = matcher(search);
    const found: MailSummary[] = [];
    const newestFirst = [...this.#summaries.values()].reverse();
    for (const summary of newestFirst) {
      if (found.length >= (search.limit ?? Infinity)) break;
      if (matches(summary)) found.push(summary);
    }
    return found;
  }

  /** The message as it came, with the envelope's Return-Path and Delivered-To before it. */
  async raw(id: string): Promise<Buffer | undefined> {
    if (!this.#summaries.has(id)) return undefined;
    try {
      return await readFile(this.#file(id));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async read(id: string): Promise<Mail | undefined> {
    const summary = this.#summaries.get(id);
    const raw = await this.raw(id);
    if (summary === undefined || raw === undefined) return undefined;
    const email = await PostalMime.parse(raw);
    return {
      ...summary,
      headers: joinedHeaders(email.headers),
      text: email.text ?? null,
      html: email.html ?? null,
      attachments: email.attachments.map((attachment) => ({
        filename: attachment.filename ?? 'attachment',
        mime_type: attachment.mimeType,
        size: contentOf(attachment).length,
      })),
    };
  }

  /** The content of one attachment, by its place in `Mail.attachments`. */
  async attachment(
    id: string,
    index: number,
  ): Promise<(MailAttachment & { content: Buffer }) | undefined> {
    const raw = await this.raw(id);
    if (raw === undefined) return undefined;
    const found = (await PostalMime.parse(raw)).attachments[index];
    if (found === undefined) return undefined;
    const content = contentOf(found);
    const filename = found.filename ?? 'attachment';
    return { filename, mime_type: found.mimeType, size: content.length, content };
  }

  /** Deletes what is there now; what arrives meanwhile stays. */
  async clear(): Promise<number> {
    const ids = [...this.#summaries.keys()];
    for (const id of ids) {
      this.#summaries.delete(id);
      await unlink(this.#file(id)).catch(() => undefined);
    }
    return ids.length;
  }

  #file(id: string): string {
    return join(this.folder, `${id}.eml`);
  }

  /** Milliseconds that never run backwards nor stand still, so that ids sort by arrival; the rest tells runs apart. */
  #nextId(): string {
    this.#lastArrival = Math.max(Date.now(), this.#lastArrival + 1);
    return `${String(this.#lastArrival).padStart(13, '0')}-${randomBytes(4).toString('hex')}`;
  }

  async #summaryOnDisk(id: string): Promise<MailSummary> {
    const file = await open(this.#file(id));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
      return await summarise(id, buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }
}

/** What a mail server notes on delivery; here it keeps the envelope with the message. */
function deliveryHeaders({ from, to }: { from: string; to: string[] }): string {
  return [`Return-Path: <${from}>`, ...to.map((address) => `Delivered-To: ${address}`), ''].join(
    '\r\n',
  );
}

/** Reads only the header, so that a list of thousands is quick. */
async function summarise(id: string, raw: Buffer): Promise<MailSummary> {
  const end = raw.indexOf('\r\n\r\n');
  const email = await PostalMime.parse(end < 0 ? raw : raw.subarray(0, end + 4));
  const sent = email.date === undefined ? Number.NaN : Date.parse(email.date);
  return {
    id,
    from: addressText(email.from),
    to: email.headers.filter(({ key }) => key === 'delivered-to').map(({ value }) => value),
    subject: email.subject ?? '',
    date: new Date(Number.isNaN(sent) ? Number(id.slice(0, 13)) : sent).toISOString(),
    message_id: email.messageId ?? null,
  };
}

function addressText(address: PostalMime.Address | undefined): string {
  if (address?.address === undefined) return address?.name ?? '';
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}

function joinedHeaders(headers: PostalMime.Header[]): Record<string, string> {
  const joined = new Map<string, string>();
  for (const { key, value } of headers) {
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before}\n${value}`);
  }
  return Object.fromEntries(joined);
}

function contentOf({ content }: PostalMime.Attachment): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content);
}

function matcher({ to, subject, text }: MailSearch): (mail: MailSummary) => boolean {
  const [address, title, part] = [to, subject, text].map((word) => word?.trim().toLowerCase());
  return (mail) => {
    const recipients = mail.to.map((recipient) => recipient.toLowerCase());
    const heading = mail.subject.toLowerCase();
    return (
      (!address || recipients.includes(address)) &&
      (!title || heading.includes(title)) &&
      (!part || heading.includes(part) || recipients.some((each) => each.includes(part)))
    );
  };
}
