import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kernel ticks per second, as Linux shows process times; it is 100 on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** What a process and its descendants use. */
export interface Usage {
  readonly name: string;
  readonly processes: number;
  /** Bytes, pages that several processes share counted once where the system tells (PSS), else as in `resident`. */
  readonly memory: number;
  /** Resident bytes (RSS), shared pages counted in each process that has them. */
  readonly resident: number;
  /** Percent of one core, over the time measured. */
  readonly cpu: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** CPU time so far, in seconds. */
  readonly seconds: number;
  readonly memory: number;
  readonly resident: number;
}

/** Measures processes, each with its descendants, over some time in milliseconds. */
export async function measureUsage(
  roots: readonly { name: string; pid: number }[],
  ms: number,
): Promise<Usage[]> {
  const before = listProcesses();
  const began = performance.now();
  await sleep(ms);
  const elapsed = (performance.now() - began) / 1000;
  const after = listProcesses();
  const own = new Set(roots.map(({ pid }) => pid));
  return roots.map(({ name, pid }) => {
    const tree = family(pid, after, own);
    const earlier = new Map(before.map((each) => [each.pid, each.seconds]));
    const seconds = tree.reduce(
      (sum, each) => sum + each.seconds - (earlier.get(each.pid) ?? 0),
      0,
    );
    return {
      name,
      processes: tree.length,
      memory: tree.reduce((sum, each) => sum + each.memory, 0),
      resident: tree.reduce((sum, each) => sum + each.resident, 0),
      cpu: (100 * seconds) / elapsed,
    };
  });
}

/** The process and its descendants, without those that are measured by themselves. */
function family(pid: number, all: readonly Process[], others: ReadonlySet<number>): Process[] {
  const found = all.filter((each) => each.pid === pid);
  for (const member of found) {
    found.push(...all.filter((each) => each.parent === member.pid && !others.has(each.pid)));
  }
  return found;
}

function listProcesses(): Process[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const ticks = Number(fields[11]) + Number(fields[12]);
        const parent = Number(fields[1]);
        const resident = kilobytes(`/proc/${name}/status`, 'VmRSS');
        const memory = proportional(name) ?? resident;
        return [{ pid: Number(name), parent, seconds: ticks / TICKS_PER_SECOND, memory, resident }];
      } catch {
        return [];
      }
    });
}

/** PostgreSQL's processes share their buffers, and all of Node's its program: this divides each page among them. */
function proportional(pid: string): number | undefined {
  try {
    return kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss');
  } catch {
    // Another account's process, not ours to look into.
    return undefined;
  }
}

/** A line `Name:   123 kB` of a file of the kernel's, in bytes. */
function kilobytes(file: string, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

/** `ps` tells times as [[days-]hours:]minutes:seconds. */
function fromPs(): Process[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,rss=,time='], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', size = '', time = ''] = line.trim().split(/\s+/);
      const seconds = time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
      const resident = Number(size) * 1024;
      return { pid: Number(pid), parent: Number(parent), seconds, memory: resident, resident };
    });
}
