import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import { join } from 'node:path';
import { allRoutes } from '../../api/routes';
import { readConfig, settings, usesSandbox } from '../../platform/config';
import { portTable } from '../../scripts/stack/ports';
import { startHealthServer } from '../../worker/health';
import { environmentOf, ours, published, serviceNamed, services, volumes } from './compose';
import { readStages } from './dockerfile';
import { interpolate, namesIn } from './interpolate';
import { fileText, root, sourceOf, variablesReadBy } from './programs';

const all = Object.entries(services);
const realKey = { STRIPE_SECRET_KEY: 'sk_test_51Real' };
const paths = allRoutes(new Registry()).flatMap((route) => [...route.paths]);
const configOf = (name: string, given = {}) => readConfig(environmentOf(name, given));

describe('docker-compose.yml', () => {
  it('brings PostgreSQL, Temporal, its Web UI, the migrations, the API, the worker, mail and Stripe', () => {
    expect(new Set(Object.keys(services))).toEqual(
      new Set([
        'api',
        'mail',
        'migrate',
        'postgres',
        'sandbox',
        'temporal',
        'temporal-ui',
        'worker',
      ]),
    );
  });

  it('takes every foreign image at one exact version', () => {
    const foreign = all
      .filter(([, { build }]) => build === undefined)
      .map(([, each]) => each.image);
    for (const image of foreign) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
  });

  it('builds one image for all our programs, from files that exist', () => {
    expect(new Set(ours.map(({ service }) => service.image)).size).toBe(1);
    for (const { service } of ours) {
      expect(
        existsSync(join(root, service.build?.context ?? '', service.build?.dockerfile ?? '')),
      ).toBe(true);
    }
  });

  it.each(ours)('$name runs a program that exists', ({ command }) => {
    expect(existsSync(join(root, sourceOf(command)))).toBe(true);
  });

  it.each(ours)('$name is given only variables that its program reads', ({ name, command }) => {
    const read = variablesReadBy(sourceOf(command));
    const unread = Object.keys(environmentOf(name)).filter((variable) => !read.has(variable));
    expect(unread).toEqual([]);
  });

  it('asks .env only for variables that .env.example explains', () => {
    const explained = new Set(
      [...fileText('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name),
    );
    const asked = namesIn(fileText('docker-compose.yml'));
    expect(asked.filter((name) => !explained.has(name))).toEqual([]);
  });

  it('names only volumes that it declares, and declares none that nobody uses', () => {
    const mounted = all.flatMap(([, each]) => each.volumes.map((volume) => volume.split(':')[0]));
    expect(new Set(mounted)).toEqual(new Set(Object.keys(volumes)));
  });
});

describe('the order of the start', () => {
  it('waits only for services that exist', () => {
    const awaited = all.flatMap(([, { depends_on }]) => Object.keys(depends_on));
    expect(awaited.filter((name) => !(name in services))).toEqual([]);
  });

  it('waits for health where there is a health check, and for the end only of the migrations', () => {
    for (const [, { depends_on }] of all) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const { healthcheck } = serviceNamed(name);
        const right =
          healthcheck === undefined ? 'service_completed_successfully' : 'service_healthy';
        expect([name, condition]).toEqual([name, right]);
        if (condition !== 'service_healthy') expect(name).toBe('migrate');
      }
    }
  });

  it.each(['api', 'worker'])('%s starts on a migrated database, with Temporal up', (name) => {
    const { depends_on } = serviceNamed(name);
    expect(Object.keys(depends_on)).toEqual(
      expect.arrayContaining(['migrate', 'temporal', 'mail']),
    );
    expect(Object.keys(serviceNamed('migrate').depends_on)).toEqual(['postgres']);
  });

  it.each([
    ['api', 'PORT'],
    ['worker', 'WORKER_PORT'],
  ])(
    '%s is healthy when /readyz answers 200 on its port, and only then',
    async (name, variable) => {
      const [, node, option, code = ''] = serviceNamed(name).healthcheck?.test ?? [];
      expect([node, option]).toEqual(['node', '--eval']);
      expect(code).toContain(`http://127.0.0.1:${environmentOf(name)[variable]}/readyz`);

      let status = 200;
      const server = createServer((_request, response) => response.writeHead(status).end('?'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const here = code.replace(/:\d+\/readyz/, `:${port}/readyz`);
      expect(await exitCode(here)).toBe(0);
      status = 503;
      expect(await exitCode(here)).toBe(1);
      server.closeAllConnections();
      server.close();
      expect(await exitCode(here)).toBe(1);
    },
  );

  it('asks the API and the worker for paths that they have', async () => {
    expect(paths).toContain('/readyz');
    const server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      isReady: () => true,
      registry: new Registry(),
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    server.closeAllConnections();
    server.close();
    expect(answer.status).toBe(200);
  });
});

describe('how the parts find each other', () => {
  it.each(['api', 'worker'])('%s is configured completely without any .env', (name) => {
    expect(configOf(name).HOST).toBe('0.0.0.0');
  });

  it('the API and the worker have the same settings, but for their own ports', () => {
    const { PORT: _port, ...api } = environmentOf('api');
    const { WORKER_PORT: _workerPort, ...worker } = environmentOf('worker');
    expect(api).toEqual(worker);
  });

  it('the settings that .env may change reach the API and the worker', () => {
    const fixed = /^(NODE_ENV|HOST|.*PORT|DATABASE_URL|TEMPORAL_.*|STRIPE_API_URL)$/;
    const free = settings.map(({ name }) => name).filter((name) => !fixed.test(name));
    for (const name of free) {
      expect(environmentOf('api', { [name]: 'changed' })).toHaveProperty(name, 'changed');
    }
  });

  it('PostgreSQL has the account and database that everybody uses', () => {
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, ...temporal } = {
      ...environmentOf('temporal'),
      ...environmentOf('postgres'),
    };
    const url = `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`;
    for (const name of ['api', 'worker', 'migrate']) {
      expect(environmentOf(name)['DATABASE_URL']).toBe(url);
    }
    expect(temporal).toMatchObject({
      POSTGRES_SEEDS: 'postgres',
      DB_PORT: '5432',
      POSTGRES_PWD: POSTGRES_PASSWORD,
    });
    expect(environmentOf('temporal')['POSTGRES_USER']).toBe(POSTGRES_USER);
  });

  it('Temporal makes the namespace that the API and the worker use', () => {
    const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = configOf('worker');
    const temporal = environmentOf('temporal');
    expect(temporal['DEFAULT_NAMESPACE']).toBe(TEMPORAL_NAMESPACE);
    expect(temporal['TEMPORAL_ADDRESS']).toBe(TEMPORAL_ADDRESS);
    expect(environmentOf('temporal-ui')['TEMPORAL_ADDRESS']).toBe(TEMPORAL_ADDRESS);
    expect(serviceNamed('temporal').healthcheck?.test).toContain(TEMPORAL_NAMESPACE);
  });

  it('mail goes to the catcher until SMTP_URL names another server', () => {
    const targets = serviceNamed('mail').ports.map((port) => published(port).target);
    expect(configOf('worker').SMTP_URL).toBe(`smtp://mail:${targets[0]}`);
    const given = { SMTP_URL: 'smtps://smtp.example.com' };
    expect(configOf('worker', given).SMTP_URL).toBe(given.SMTP_URL);
  });

  it('the sandbox stands in Stripe’s place, and its events reach the API with the right secret', () => {
    const sandbox = environmentOf('sandbox');
    const config = configOf('api');
    expect(config.STRIPE_API_URL).toBe(`http://sandbox:${sandbox['STRIPE_SANDBOX_PORT']}`);
    expect(sandbox['STRIPE_WEBHOOK_SECRET']).toBe(config.STRIPE_WEBHOOK_SECRET);
    const { origin, pathname } = new URL(sandbox['STRIPE_SANDBOX_WEBHOOK_URL'] ?? '');
    expect(origin).toBe(`http://api:${config.PORT}`);
    expect(paths).toContain(pathname);
  });

  it.each(['api', 'worker'])('with a STRIPE_SECRET_KEY, %s calls Stripe itself', (name) => {
    expect(usesSandbox(configOf(name))).toBe(true);
    const config = configOf(name, realKey);
    expect(usesSandbox(config)).toBe(false);
    expect(config.STRIPE_SECRET_KEY).toBe(realKey.STRIPE_SECRET_KEY);
  });

  it('what the sandbox keeps is on a volume that its account may write to', () => {
    const folder = environmentOf('sandbox')['DATA_DIR'];
    expect(serviceNamed('sandbox').volumes.map((volume) => volume.split(':')[1])).toEqual([folder]);
    const made = readStages()
      .at(-1)
      ?.instructions.find(({ keyword }) => keyword === 'RUN')?.rest;
    expect(made).toContain(`chown node:node ${folder}`);
  });

  it('PostgreSQL’s volume is where its image keeps data from version 18 on', () => {
    const { image, volumes: mounts } = serviceNamed('postgres');
    expect(image).toMatch(/^postgres:18\./);
    expect(mounts).toEqual(['postgres:/var/lib/postgresql']);
  });
});

describe('the ports on this machine', () => {
  const ports = all.flatMap(([name, each]) =>
    each.ports.map((port) => ({ name, ...published(port) })),
  );

  it('are open to this machine only', () => {
    expect(new Set(ports.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
  });

  it('are those of npm start, by the same variables', () => {
    const table = Object.values(portTable).map(({ variable, port }) => [variable, port]);
    const here = ports.map(({ variable, standard }) => [variable, standard]);
    expect(here).toHaveLength(table.length);
    expect(here).toEqual(expect.arrayContaining(table));
  });

  it('lead to where the programs listen', () => {
    const targetOf = (name: string) =>
      ports.filter((port) => port.name === name).map(({ target }) => String(target));
    expect(targetOf('api')).toEqual([environmentOf('api')['PORT']]);
    expect(targetOf('sandbox')).toEqual([environmentOf('sandbox')['STRIPE_SANDBOX_PORT']]);
    expect(targetOf('temporal')).toEqual([configOf('api').TEMPORAL_ADDRESS.split(':')[1]]);
    expect(targetOf('postgres')).toEqual([new URL(configOf('api').DATABASE_URL).port]);
  });

  it('are those of the links that people are given', () => {
    const given = { PORT: '4000', TEMPORAL_UI_PORT: '4001', STRIPE_SANDBOX_PORT: '4002' };
    expect(configOf('api', given)).toMatchObject({
      PUBLIC_URL: 'http://localhost:4000',
      TEMPORAL_UI_URL: 'http://localhost:4001',
    });
    expect(environmentOf('sandbox', given)['STRIPE_SANDBOX_PUBLIC_URL']).toBe(
      'http://localhost:4002',
    );
  });
});

describe('values in docker-compose.yml', () => {
  it('are put in as Docker Compose puts them in', () => {
    const text = '${A:-http://x:${B:-1}}|${A:+set-}|${B}';
    expect(interpolate(text, {})).toBe('http://x:1||');
    expect(interpolate(text, { B: '2' })).toBe('http://x:2||2');
    expect(interpolate(text, { A: 'a', B: '' })).toBe('a|set-|');
  });
});

/** What a line of JavaScript ends with when Node.js runs it. */
async function exitCode(code: string): Promise<unknown> {
  const child = spawn(process.execPath, ['--eval', code], { stdio: 'ignore' });
  const [status]: unknown[] = await once(child, 'exit');
  return status;
}
