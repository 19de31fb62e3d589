import { Router } from '@koa/router';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFile } from 'pug';
import type { Mail, Mailbox } from './mailbox';

const views = join(__dirname, 'views');
const tabs = ['html', 'text', 'headers'] as const;
type Tab = (typeof tabs)[number];
const pageSize = 100;

/** Nothing but our own style sheet and script; mails are framed, and may run nothing in there. */
const pagePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
  "img-src data:; form-action 'none'; frame-ancestors 'self'";

/** The inbox as web pages: a list, one message beside it, and what these link to. */
export function mailPages(mailbox: Mailbox): Router {
  const pages = new Router();
  const inbox = compileFile(join(views, 'inbox.pug'), { doctype: 'html' });

  const show = (query: Record<string, unknown>, mail?: Mail): string => {
    const search = text(query['q']);
    const limit = Math.max(pageSize, Number.parseInt(text(query['limit']), 10) || 0);
    const found = mailbox.list({ text: search, limit: limit + 1 });
    return inbox({
      mails: found.slice(0, limit),
      moreLimit: found.length > limit ? limit + pageSize : undefined,
      count: mailbox.count,
      search,
      mail,
      tabs,
      tab: mail === undefined ? undefined : tabOf(text(query['tab']), mail),
      link: (id: string, tab?: string) => messageLink(id, { q: search, tab }),
      moment,
      fileSize,
    });
  };

  pages.get('/', (ctx) => {
    ctx.set('Content-Security-Policy', pagePolicy);
    ctx.type = 'html';
    ctx.body = show(ctx.query);
  });

  pages.get('/messages/:id', async (ctx) => {
    const mail = await mailbox.read(ctx.params['id'] ?? '');
    // Deleted meanwhile, most often: the list is the better answer.
    if (mail === undefined) return ctx.redirect('/');
    ctx.set('Content-Security-Policy', pagePolicy);
    ctx.type = 'html';
    ctx.body = show(ctx.query, mail);
  });

  pages.get('/messages/:id/preview', async (ctx) => {
    const mail = await mailbox.read(ctx.params['id'] ?? '');
    if (mail === undefined || mail.html === null) return;
    ctx.set('Content-Security-Policy', mailPolicy);
    ctx.type = 'html';
    ctx.body = `<!doctype html><base target="_blank">${mail.html}`;
  });

  pages.get('/messages/:id/attachments/:index', async (ctx) => {
    const found = await mailbox.attachment(ctx.params['id'] ?? '', Number(ctx.params['index']));
    if (found === undefined) return;
    ctx.attachment(found.filename);
    ctx.type = 'application/octet-stream';
    ctx.body = found.content;
  });

  pages.post('/delete-all', async (ctx) => {
    await mailbox.clear();
    ctx.status = 303;
    ctx.redirect('/');
  });

  for (const [file, type] of [
    ['inbox.css', 'text/css; charset=utf-8'],
    ['inbox.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const content = readFileSync(join(views, file), 'utf8');
    pages.get(`/${file}`, (ctx) => {
      ctx.set('Content-Type', type);
      ctx.body = content;
    });
  }
  return pages;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The tab that was asked for, if this message has that part; else the best that it has. */
function tabOf(wanted: string, mail: Mail): Tab {
  const has = { html: mail.html !== null, text: mail.text !== null, headers: true };
  return (
    tabs.find((tab) => tab === wanted && has[tab]) ?? tabs.find((tab) => has[tab]) ?? 'headers'
  );
}

function messageLink(id: string, query: { q: string; tab: string | undefined }): string {
  const parameters = new URLSearchParams();
  if (query.q !== '') parameters.set('q', query.q);
  if (query.tab !== undefined) parameters.set('tab', query.tab);
  const suffix = parameters.toString();
  return `/messages/${id}${suffix === '' ? '' : `?${suffix}`}`;
}

const today = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const earlier = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** In this machine's zone, for the reader sits in front of it. */
function moment(iso: string, form: 'short' | 'long'): string {
  const date = new Date(iso);
  if (form === 'long') return whole.format(date);
  return date.toDateString() === new Date().toDateString()
    ? today.format(date)
    : earlier.format(date);
}

function fileSize(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`;
}
