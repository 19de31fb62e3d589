import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { settings } from '../../platform/config';

export const root = resolve(__dirname, '../..');

/** A file of the repository, as text. */
export const fileText = (path: string) => readFileSync(join(root, path), 'utf8');

/** The settings that have no default. */
export const neededSettings = settings.filter(({ optional }) => !optional).map(({ name }) => name);

/**
 * The source of the program that a command runs in the image: `api/main.ts` for `node dist/api/main.js`.
 *
 * @throws Error for a command of another form
 */
export function sourceOf(command: string | readonly string[]): string {
  const text = typeof command === 'string' ? command : command.join(' ');
  const program = /^node dist\/([\w/-]+)\.js$/.exec(text)?.[1];
  if (program === undefined) throw new Error(`"${text}" is not "node dist/….js".`);
  return `${program}.ts`;
}

/** The sources that a program consists of, itself included: paths from the root. */
export function sourcesOf(program: string): string[] {
  const found = new Set([program]);
  // What is added while it runs is visited, too.
  for (const file of found) {
    for (const imported of importsOf(file)) found.add(imported);
  }
  return [...found];
}

/** The environment variables that a program reads, itself or through the settings of platform/config.ts. */
export function variablesReadBy(program: string): Set<string> {
  const sources = sourcesOf(program);
  const own = sources.flatMap((file) =>
    [...fileText(file).matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].flatMap(
      ([, name]) => name ?? [],
    ),
  );
  const configured = sources.includes('platform/config.ts') ? settings.map(({ name }) => name) : [];
  return new Set([...own, ...configured]);
}

function importsOf(file: string): string[] {
  const imports = /^(?:import|export) (?!type )(?:[^;']*? from )?'(\.[^']+)'/gms;
  return [...fileText(file).matchAll(imports)].flatMap(([, path]) =>
    path === undefined ? [] : [sourceAt(join(root, dirname(file), path))],
  );
}

function sourceAt(path: string): string {
  const source = [`${path}.ts`, join(path, 'index.ts'), path].find((each) => existsSync(each));
  if (source === undefined) throw new Error(`Nothing is at ${path}.`);
  return relative(root, source);
}
