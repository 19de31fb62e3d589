import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, PartName } from '../scripts/stack/part';
import { plainTable } from '../scripts/stack/plain-table';
import { measureUsage } from '../scripts/stack/process-usage';
import { startStack } from '../scripts/stack/stack';
import { inScratchFolder } from './scratch';

/** What the start set going settles down before it is measured. */
const settleMilliseconds = 20_000;
const measureMilliseconds = 20_000;
const measured: readonly PartName[] = ['postgres', 'temporal', 'sandbox', 'mail', 'api', 'worker'];
/** What the whole may use at rest. */
const aim = { mebibytes: 1024, cpuPercent: 5 };

/** Measures what the whole stack uses while nothing is asked of it. */
export function benchIdle(log: Log): Promise<void> {
  return inScratchFolder(async (dataDir, onEnd) => {
    const abort = new AbortController();
    onEnd(async () => abort.abort());
    const stack = await startStack({ dataDir, ports: 'free', log, abort: abort.signal });
    onEnd(() => stack.stop());
    log(`Measuring, idle: ${(settleMilliseconds + measureMilliseconds) / 1000} s …`);
    await sleep(settleMilliseconds);
    const roots = measured.flatMap((name) => {
      const pid = stack.pid(name);
      return pid === undefined ? [] : [{ name, pid }];
    });
    const usages = await measureUsage(
      [...roots, { name: 'supervisor', pid: process.pid }],
      measureMilliseconds,
    );
    const parts = usages.map(({ name, processes, memory, cpu }) => ({
      name,
      processes,
      mebibytes: Math.round(memory / 2 ** 20),
      cpuPercent: Math.round(cpu * 10) / 10,
    }));
    const sum = (of: (part: (typeof parts)[number]) => number) =>
      Math.round(parts.reduce((total, part) => total + of(part), 0) * 10) / 10;
    const inAll = {
      name: 'in all',
      processes: sum(({ processes }) => processes),
      mebibytes: sum(({ mebibytes }) => mebibytes),
      cpuPercent: sum(({ cpuPercent }) => cpuPercent),
    };
    const rows = [...parts, inAll].map((part) => [
      part.name,
      String(part.processes),
      `${part.mebibytes} MiB`,
      `${part.cpuPercent} %`,
    ]);
    rows.push(['aim', '', `${aim.mebibytes} MiB`, `${aim.cpuPercent} %`]);
    log(`\n${plainTable(['part', 'processes', 'memory', 'CPU of a core'], rows)}\n`);
    log(JSON.stringify({ bench: 'idle', parts, inAll, aim }));
  });
}
