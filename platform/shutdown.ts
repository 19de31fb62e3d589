import type { Logger } from './logger';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** How long closing may take before the process ends all the same. */
const graceMilliseconds = 25_000;

/**
 * Calls `close` once, on SIGTERM, on SIGINT, or, where `EVERBILL_EXIT_WITH_PARENT=1`, when whoever
 * started the process is gone (its IPC channel or its end of our standard input closes); then ends the
 * process. A second signal, or a `close` that hangs, ends it at once with code 1.
 */
export function onShutdown(close: () => Promise<void>, logger: Logger): void {
  let closing = false;
  const shutDown = (reason: string) => {
    if (closing) process.exit(1);
    closing = true;
    logger.info({ reason }, 'shutting down');
    setTimeout(() => process.exit(1), graceMilliseconds).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not shut down cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, () => shutDown(signal));
  if (process.env['EVERBILL_EXIT_WITH_PARENT'] === '1') whenParentIsGone(shutDown);
}

function whenParentIsGone(shutDown: (reason: string) => void): void {
  if (process.channel !== undefined && process.channel !== null) {
    process.once('disconnect', () => shutDown('parent disconnected'));
    return;
  }
  process.stdin.once('end', () => shutDown('parent closed standard input'));
  process.stdin.once('error', () => shutDown('parent closed standard input'));
  process.stdin.resume();
}
