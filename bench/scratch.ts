import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives `work` a data folder outside the repository that is gone afterwards, whatever happens: `undo`, which
 * `work` sets once there is something to stop, is run before the folder is removed, on Ctrl-C too.
 */
export async function inScratchFolder(
  work: (dataDir: string, onEnd: (undo: () => Promise<void>) => void) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'everbill-bench-'));
  const undos: (() => Promise<void>)[] = [];
  let ended: Promise<void> | undefined;
  const end = () =>
    (ended ??= (async () => {
      for (const undo of undos.toReversed()) await undo();
      rmSync(dataDir, { recursive: true, force: true });
    })());
  const interrupted = () => void end().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupted);
  process.once('disconnect', interrupted);
  try {
    await work(dataDir, (undo) => undos.push(undo));
  } finally {
    await end();
  }
}
