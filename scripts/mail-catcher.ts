import { startMailCatcher } from './stack/mail-catcher';

/**
 * The mail catcher as a process. It prints one JSON line once it is ready, and ends on SIGTERM, on SIGINT, and, with
 * EVERBILL_EXIT_WITH_PARENT=1, when whoever started it has closed its standard input or died.
 */
async function main(): Promise<void> {
  const { env } = process;
  const catcher = await startMailCatcher({
    smtpPort: portFrom('SMTP_PORT', 1025),
    uiPort: portFrom('MAIL_UI_PORT', 1080),
    dataDir: env['DATA_DIR'] || '.data',
    host: env['MAIL_HOST'] || '127.0.0.1',
  });

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    catcher.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (env['EVERBILL_EXIT_WITH_PARENT'] === '1') {
    process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
  }
  const { smtpUrl, uiUrl } = catcher;
  console.log(JSON.stringify({ ready: true, smtpUrl, uiUrl }));
}

function portFrom(variable: string, standard: number): number {
  const value = process.env[variable];
  if (value === undefined || value === '') return standard;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new Error(`${variable} must be a port number from 0 to 65535, not "${value}".`);
  }
  return port;
}

function fail(error: unknown): void {
  console.error(`mail catcher: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

main().catch(fail);
