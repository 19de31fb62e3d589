import { execFileSync, spawnSync } from 'node:child_process';
import { StackError } from './part';

/** Accounts that PostgreSQL runs as when we are root, which it refuses to be; the first that exists is taken. */
const ACCOUNTS = ['postgres', 'nobody'];

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** A program with its arguments. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** How to run a PostgreSQL program. */
export interface PostgresAccount {
  /** Whose the data folder must be; undefined when it is ours anyway. */
  readonly owner?: Ids;
  /** The identity to start the program with, where the program is not to change it itself. */
  readonly startAs?: Ids;
  /** The command line, with what must stand before it. */
  wrap(line: CommandLine): CommandLine;
}

/**
 * The account to run PostgreSQL as: this one, or under root another.
 *
 * @param program an executable of PostgreSQL, for finding out whether that account can reach it
 * @param folder a folder that it must be able to enter
 * @throws StackError when root has no way to run it
 */
export function postgresAccount(program: string, folder: string): PostgresAccount {
  if (process.getuid?.() !== 0) return { wrap: (line) => line };
  const owner = accountIds();
  const runs = ({ command, args }: CommandLine, as: Partial<Ids> = {}): boolean =>
    spawnSync(command, [...args], { ...as, stdio: 'ignore' }).status === 0;
  const version = { command: program, args: ['--version'] };
  if (
    runs(version, owner) &&
    runs({ command: '/bin/sh', args: ['-c', 'cd "$0"', folder] }, owner)
  ) {
    return { owner, startAs: owner, wrap: (line) => line };
  }
  const wrap = (line: CommandLine): CommandLine => passingClosedDoors(owner, line);
  if (runs(wrap(version))) return { owner, wrap };
  throw new StackError(
    `PostgreSQL refuses to run as root, and other accounts can't enter ${folder}: run Everbill as an ordinary ` +
      'user, or move it and DATA_DIR to where others may look, or set DATABASE_URL.',
  );
}

/** In root's own home nobody else may look; so one capability, to pass closed doors, is kept on the way down. */
function passingClosedDoors({ uid, gid }: Ids, { command, args }: CommandLine): CommandLine {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { command: 'setpriv', args: [...identity, ...capability, '--', command, ...args] };
}

function accountIds(): Ids {
  const found = ACCOUNTS.map(lookUp).find((ids) => ids !== undefined);
  if (found === undefined) {
    throw new StackError(
      'PostgreSQL refuses to run as root, and there is no account named postgres or nobody to run it as: ' +
        'create one (useradd --system postgres), or set DATABASE_URL.',
    );
  }
  return found;
}

function lookUp(name: string): Ids | undefined {
  const id = (flag: string): number =>
    Number(
      execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
