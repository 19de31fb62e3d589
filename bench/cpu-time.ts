import { readdirSync, readFileSync } from 'node:fs';
import { StackError } from '../scripts/stack/part';

/** Kernel ticks per second, as Linux shows process times; it is 100 on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process that is measured with its descendants. */
export interface Root {
  readonly name: string;
  readonly pid: number;
}

/**
 * CPU milliseconds, user and system, that each process and its descendants have used so far. What a
 * descendant used that has ended meanwhile is counted at its parent (PostgreSQL ends idle backends).
 *
 * @throws StackError where there is no /proc
 */
export function cpuTimes(roots: readonly Root[]): Map<string, number> {
  if (process.platform !== 'linux') {
    throw new StackError('This bench reads CPU times from /proc, which only Linux has.');
  }
  const all = listProcesses();
  return new Map(roots.map(({ name, pid }) => [name, familyTime(pid, all)]));
}

interface ProcessTime {
  readonly pid: number;
  readonly parent: number;
  readonly milliseconds: number;
}

function familyTime(pid: number, all: readonly ProcessTime[]): number {
  const own = all.find((each) => each.pid === pid)?.milliseconds ?? 0;
  const children = all.filter(({ parent }) => parent === pid);
  return children.reduce((sum, child) => sum + familyTime(child.pid, all), own);
}

function listProcesses(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readProcess(Number(name))];
      } catch {
        return []; // It ended just now.
      }
    });
}

/** The fields after the name, which may itself hold blanks: state, parent, … utime, stime, cutime, cstime. */
function readProcess(pid: number): ProcessTime {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), milliseconds: (ticks * 1000) / TICKS_PER_SECOND };
}
