import { parseEnv } from 'node:util';
import { readConfig, settings } from '../../platform/config';
import { portTable } from '../../scripts/stack/ports';
import { readSettings } from '../../scripts/stack/settings';
import { fileText, neededSettings, sourcesOf, variablesReadBy } from './programs';

const text = fileText('.env.example');

/** Each variable with the comment right above it, the comment's lines without their marks. */
const blocks = new Map(
  [...text.matchAll(/((?:^# .*\n)+)^(\w+)=(.*)$/gm)].map(([, comment = '', name = '', value]) => [
    name,
    {
      lines: comment
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(2)),
      value,
    },
  ]),
);

/** What the stack reads besides the settings and its ports. */
const ofTheStack = [
  'MAIL_UI_URL',
  'DATA_DIR',
  'TEMPORAL_CLI_PATH',
  'TEMPORAL_TEST_SERVER_PATH',
  'EVERBILL_CACHE_DIR',
];
/** Read, but of the system, of Go and of our own processes. */
const notASetting = ['PATH', 'GOTOOLCHAIN', 'EVERBILL_EXIT_WITH_PARENT'];

const portVariables = Object.values(portTable).map(({ variable }) => variable);

describe('.env.example', () => {
  it('lists every setting and every variable of the stack, once, and nothing else', () => {
    const listed = [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const known = new Set([...settings.map(({ name }) => name), ...portVariables, ...ofTheStack]);
    expect(listed).toHaveLength(known.size);
    expect(new Set(listed)).toEqual(known);
  });

  it('leaves out nothing that npm start reads', () => {
    const read = [...variablesReadBy('scripts/start.ts')];
    expect(read.filter((name) => !blocks.has(name) && !notASetting.includes(name))).toEqual([]);
  });

  it('lists nothing that npm start does not read', () => {
    const sources = sourcesOf('scripts/start.ts').map(fileText).join('\n');
    expect(ofTheStack.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it.each(settings)('says of $name what the code says', ({ name, description, fallback }) => {
    const { lines = [] } = blocks.get(name) ?? {};
    const what = neededSettings.includes(name)
      ? ['(needed; npm start brings its own)']
      : fallback === undefined
        ? []
        : [`(default: ${String(fallback)})`];
    expect(lines).toEqual([description, ...what]);
  });

  it.each(Object.values(portTable))('gives $variable’s true default', ({ variable, port }) => {
    expect(blocks.get(variable)?.lines.at(-1)).toBe(`(default: ${port})`);
  });

  it('copied to .env as it is, changes nothing', () => {
    const copied = parseEnv(text);
    expect(readSettings(copied)).toEqual(readSettings({}));
    expect(() => readConfig(copied)).toThrow('DATABASE_URL');
    const needed = Object.fromEntries(
      neededSettings.map((name) => [name, 'postgres://at-least-thirty-two-characters/']),
    );
    expect(readConfig({ ...copied, ...needed })).toEqual(readConfig(needed));
  });
});
