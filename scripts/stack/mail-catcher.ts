import Koa from 'koa';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { mailApi } from './mail-catcher/api';
import { Faults } from './mail-catcher/faults';
import { Mailbox } from './mail-catcher/mailbox';
import { mailPages } from './mail-catcher/pages';
import { createSmtpServer } from './mail-catcher/smtp';

export interface MailCatcherOptions {
  /** 0 takes a free port. */
  smtpPort: number;
  /** Of the web inbox and its JSON API; 0 takes a free port. */
  uiPort: number;
  /** Messages are kept in its folder `mail`; ".data" when not given. */
  dataDir?: string;
  /** The address to listen on; 127.0.0.1 when not given. */
  host?: string;
}

export interface MailCatcher {
  smtpUrl: string;
  uiUrl: string;
  smtpPort: number;
  uiPort: number;
  /** Closes both servers; the messages stay on disk. */
  stop(): Promise<void>;
}

/** A port that can't be listened on. The message is one sentence for the person at the terminal. */
export class PortUnavailableError extends Error {
  constructor(port: number, variable: string, code: string) {
    const why = code === 'EADDRINUSE' ? 'is already in use' : `can't be opened (${code})`;
    super(`Port ${port} ${why}; set ${variable} to a free port.`);
    this.name = 'PortUnavailableError';
  }
}

/**
 * Starts the development mail server: everything sent to it by SMTP is kept on disk and shown in a web inbox, and
 * nothing is passed on.
 * @throws PortUnavailableError naming the environment variable; then nothing is left listening.
 */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { smtpPort, uiPort, dataDir = '.data', host = '127.0.0.1' } = options;
  const mailbox = await Mailbox.open(join(dataDir, 'mail'));
  const faults = new Faults();
  const smtp = createSmtpServer(mailbox, faults);
  const handle = webApp(mailbox, faults).callback();
  const web = createServer((request, response) => void handle(request, response));

  const closeSmtp = () => new Promise<void>((resolve) => smtp.close(resolve));
  const smtpAt = await listen(smtp.server, { port: smtpPort, host, variable: 'SMTP_PORT' });
  const webAt = await listen(web, { port: uiPort, host, variable: 'MAIL_UI_PORT' }).catch(
    async (error: unknown) => {
      await closeSmtp();
      throw error;
    },
  );
  return {
    smtpUrl: `smtp://${urlHost(host)}:${smtpAt}`,
    uiUrl: `http://${urlHost(host)}:${webAt}`,
    smtpPort: smtpAt,
    uiPort: webAt,
    stop: async () => {
      await Promise.all([closeSmtp(), closeWeb(web)]);
    },
  };
}

function webApp(mailbox: Mailbox, faults: Faults): Koa {
  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('Cache-Control', 'no-store');
    // Another site's page could otherwise delete mail through the reader's browser.
    const origin = ctx.get('Origin');
    const foreign = origin !== '' && origin !== `http://${ctx.host}`;
    if (foreign && !['GET', 'HEAD'].includes(ctx.method)) ctx.throw(403, 'Cross-site request');
    await next();
  });
  app.use(mailApi(mailbox, faults).routes());
  app.use(mailPages(mailbox).routes());
  return app;
}

/** Resolves with the port, which the system has chosen when 0 was asked for. */
async function listen(
  server: NetServer,
  { port, host, variable }: { port: number; host: string; variable: string },
): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new PortUnavailableError(port, variable, code);
  }
  return portOf(server.address(), port);
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked;
}

function closeWeb(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Listening everywhere is reached by the loopback address; IPv6 wants brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
