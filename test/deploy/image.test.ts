import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { settings } from '../../platform/config';
import { ours } from './compose';
import { copiesOf, isIgnored, readStages } from './dockerfile';
import { fileText, root, sourceOf, sourcesOf } from './programs';

const manifest = z
  .object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(fileText('package.json')));
const built = z
  .object({ files: z.array(z.string()) })
  .parse(JSON.parse(fileText('tsconfig.build.json'))).files;
const stages = readStages();
const final = stages.at(-1);
const rests = (keyword: string) =>
  (final?.instructions ?? []).filter((each) => each.keyword === keyword).map(({ rest }) => rest);

describe('the image', () => {
  it('stands on one exact version of Node.js, which package.json allows', () => {
    const names = stages.flatMap(({ name }) => name ?? []);
    const bases = new Set(stages.map(({ base }) => base).filter((base) => !names.includes(base)));
    expect(bases.size).toBe(1);
    const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-\w+-slim$/.exec([...bases][0] ?? '') ?? [];
    const [, least, leastMinor] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? [];
    const asNumber = (one = '', two = '') => Number(one) * 1_000 + Number(two);
    expect(asNumber(major, minor)).toBeGreaterThanOrEqual(asNumber(least, leastMinor));
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    for (const stage of stages) {
      for (const { from, sources } of copiesOf(stage)) {
        if (from !== undefined) {
          expect(stages.map(({ name }) => name)).toContain(from);
          continue;
        }
        for (const source of sources) {
          expect([source, existsSync(join(root, source))]).toEqual([source, true]);
          expect([source, isIgnored(source)]).toEqual([source, false]);
        }
      }
    }
  });

  it('is built from sources that .dockerignore lets through', () => {
    const needed = [
      ...[...built, 'scripts/build.ts', 'workflows/index.ts'].flatMap(sourcesOf),
      'scripts/bootstrap.mjs',
      'tsconfig.json',
      'tsconfig.build.json',
      'templates/emails/layout.pug',
    ];
    expect(needed.filter(isIgnored)).toEqual([]);
  });

  it.each(['.env', '.env.local', '.git', '.data/secrets.json', 'node_modules/x', 'a/node_modules'])(
    'is built without %s',
    (path) => {
      expect(isIgnored(path)).toBe(true);
    },
  );

  it('holds production’s dependencies alone, and runs no install script', () => {
    const installs = stages.flatMap(({ name, instructions }) =>
      instructions
        .filter(({ rest }) => /npm (ci|install)/.test(rest))
        .map(({ rest }) => ({ name, rest })),
    );
    for (const { rest } of installs) expect(rest).toMatch(/^npm ci .*--ignore-scripts/);
    const modules = final && copiesOf(final).find(({ target }) => target === './node_modules');
    const origin = installs.find(({ name }) => name === modules?.from);
    expect(origin?.rest).toContain('--omit=dev');
  });

  it('is built by a script of package.json', () => {
    const runs = stages.flatMap(({ instructions }) => instructions.map(({ rest }) => rest));
    expect(runs).toContain('npm run build');
    expect(manifest.scripts['build']).toBe('node scripts/bootstrap.mjs build');
    expect(existsSync(join(root, 'scripts/build.ts'))).toBe(true);
  });

  it('runs as an ordinary account', () => {
    expect(rests('USER')).toEqual(['node']);
    const keywords = final?.instructions.map(({ keyword }) => keyword) ?? [];
    expect(keywords.lastIndexOf('USER')).toBeLessThan(keywords.indexOf('CMD'));
    expect(keywords.lastIndexOf('COPY')).toBeLessThan(keywords.indexOf('USER'));
  });

  it('sets only known settings, and opens the API’s port to its network', () => {
    const pairs = rests('ENV').flatMap((rest) => rest.split(/\s+/).map((pair) => pair.split('=')));
    const environment = new Map(pairs.map(([name = '', value]) => [name, value]));
    const known = settings.map(({ name }) => name);
    expect([...environment.keys()].filter((name) => !known.includes(name))).toEqual([]);
    const port = settings.find(({ name }) => name === 'PORT')?.fallback;
    expect(rests('EXPOSE')).toEqual([String(port)]);
    expect(Object.fromEntries(environment)).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: String(port),
    });
  });

  it('holds every program that it, docker-compose.yml and render.yaml speak of', () => {
    const texts = ['deploy/Dockerfile', 'docker-compose.yml', 'render.yaml'].map(fileText);
    const spoken = texts.flatMap((text) => text.match(/node dist\/[\w/-]+\.js/g) ?? []);
    const command = z.array(z.string()).parse(JSON.parse(rests('CMD')[0] ?? ''));
    const programs = [command, ...ours.map((each) => each.command), ...spoken].map(sourceOf);
    expect([...new Set(programs)].filter((program) => !built.includes(program))).toEqual([]);
    expect(built.filter((program) => !existsSync(join(root, program)))).toEqual([]);
  });
});
