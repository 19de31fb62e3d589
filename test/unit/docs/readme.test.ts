import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settings } from '../../../platform/config';
import { root } from '../../../scripts/stack/node-program';
import { portTable } from '../../../scripts/stack/ports';
import { readSettings } from '../../../scripts/stack/settings';

/** The README and what stands beside it, as paths from the root. */
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** The cells of the first table under a heading, without their backticks. */
function tableUnder(heading: string): string[][] {
  const section =
    textOf('README.md')
      .split(/^#+ /m)
      .find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')));
}

describe('The README’s configuration tables', () => {
  it('have every setting of the API and the worker, its default and its sentence', () => {
    const inCode = settings.map(({ name, description, optional, fallback }) => [
      name,
      fallback === undefined ? (optional ? '' : 'needed') : String(fallback),
      description,
    ]);
    expect(tableUnder('API and worker')).toEqual(inCode);
  });

  it('have every port of npm start, its default and whose it is', () => {
    const ports = Object.values(portTable).map(({ variable, port, title }) => [
      variable,
      String(port),
      `the port of ${title}`,
    ]);
    expect(tableUnder('npm start').slice(0, ports.length)).toEqual(ports);
  });

  it('have the data folder where npm start puts it', () => {
    const row = tableUnder('npm start').find(([name]) => name === 'DATA_DIR');
    expect(readSettings({}).dataDir).toBe(join(process.cwd(), row?.[1] ?? ''));
  });

  it('name only variables that the code reads', () => {
    const named = tableUnder('npm start').flatMap(([name]) => name ?? []);
    const folder = join(root, 'scripts', 'stack');
    const code = readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('');
    expect(named.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });
});

describe('The README', () => {
  it('maps every folder, and no folder that is not there', () => {
    const passedOver = ['node_modules', 'dist', 'coverage'];
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter((name) => !passedOver.includes(name));
    expect(
      tableUnder('Folders')
        .flatMap(([name]) => name ?? [])
        .toSorted(),
    ).toEqual(folders.toSorted());
  });

  it('names only npm commands that package.json has and scripts that are there', () => {
    const { scripts } = readJson(join(root, 'package.json'));
    const named = [
      ...pages
        .map(textOf)
        .join('\n')
        .matchAll(/npm (?:run )?(?!run )([a-z][\w:]*)(?=[`\s])/g),
    ]
      .flatMap(([, name]) => name ?? [])
      .filter((name) => name !== 'ci');
    const known = Object.keys(scripts ?? {});
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(pages)('and links in %s lead only to files that are there', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].flatMap(
      ([, link]) => link ?? [],
    );
    const missing = links.filter((link) => !existsSync(join(root, dirname(page), link)));
    expect(missing).toEqual([]);
  });
});

function readJson(file: string): { scripts?: Record<string, string> } {
  return JSON.parse(readFileSync(file, 'utf8'));
}
