import path from 'node:path';
import { startSandbox } from './index';

/**
 * The Stripe sandbox as a process of its own. Environment:
 * - STRIPE_SANDBOX_HOST, STRIPE_SANDBOX_PORT: where to listen (127.0.0.1, 12111)
 * - STRIPE_SANDBOX_PUBLIC_URL: where browsers reach its pages, if not there
 * - DATA_DIR: the state is kept in its folder stripe-sandbox (.data)
 * - STRIPE_SANDBOX_WEBHOOK_URL, STRIPE_WEBHOOK_SECRET: where events go, and what they are signed with
 *
 * Prints one line of JSON when it listens, and stops on SIGTERM and SIGINT.
 */
async function main(): Promise<void> {
  const port = Number(process.env['STRIPE_SANDBOX_PORT'] ?? '12111');
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error('STRIPE_SANDBOX_PORT must be a port number.');
  }
  const sandbox = await startSandbox({
    port,
    host: process.env['STRIPE_SANDBOX_HOST'] || undefined,
    publicUrl: process.env['STRIPE_SANDBOX_PUBLIC_URL'] || undefined,
    dataDir: path.join(process.env['DATA_DIR'] ?? '.data', 'stripe-sandbox'),
    webhookEndpoints: webhookEndpoints(),
    log: (message, facts) => process.stderr.write(`${JSON.stringify({ message, ...facts })}\n`),
  });
  process.stdout.write(`${JSON.stringify({ ready: true, url: sandbox.url })}\n`);
  const stop = () => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function webhookEndpoints(): { url: string; secret: string }[] {
  const url = process.env['STRIPE_SANDBOX_WEBHOOK_URL'];
  const secret = process.env['STRIPE_WEBHOOK_SECRET'];
  if (!url) {
    return [];
  }
  if (!secret) {
    throw new Error('STRIPE_SANDBOX_WEBHOOK_URL needs STRIPE_WEBHOOK_SECRET beside it.');
  }
  return [{ url, secret }];
}

/** What went wrong, in a sentence. */
function sentence(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const port = process.env['STRIPE_SANDBOX_PORT'] ?? '12111';
    return `The Stripe sandbox can't start: port ${port} is in use; set STRIPE_SANDBOX_PORT to another one.`;
  }
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
});
