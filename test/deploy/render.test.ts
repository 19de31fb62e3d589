import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { z } from 'zod';
import { allRoutes } from '../../api/routes';
import { readConfig, settings } from '../../platform/config';
import { serviceNamed } from './compose';
import { fileText, neededSettings, root, sourceOf } from './programs';

const variable = z.union([
  z.strictObject({ key: z.string(), value: z.string() }),
  z.strictObject({ key: z.string(), sync: z.literal(false) }),
  z.strictObject({ key: z.string(), generateValue: z.literal(true) }),
  z.strictObject({
    key: z.string(),
    fromDatabase: z.strictObject({ name: z.string(), property: z.literal('connectionString') }),
  }),
  z.strictObject({
    key: z.string(),
    fromService: z.strictObject({ type: z.string(), name: z.string(), envVarKey: z.string() }),
  }),
]);
const group = z.strictObject({ fromGroup: z.string() });
type Variable = z.output<typeof variable>;

const blueprint = z
  .strictObject({
    services: z.array(
      z.strictObject({
        type: z.enum(['web', 'worker']),
        name: z.string(),
        runtime: z.literal('docker'),
        plan: z.string(),
        region: z.string(),
        dockerfilePath: z.string(),
        dockerContext: z.string(),
        dockerCommand: z.string(),
        preDeployCommand: z.string().optional(),
        healthCheckPath: z.string().optional(),
        maxShutdownDelaySeconds: z.number().int().min(1).max(300),
        envVars: z.array(z.union([group, variable])),
      }),
    ),
    databases: z.array(
      z.strictObject({
        name: z.string(),
        plan: z.string(),
        region: z.string(),
        postgresMajorVersion: z.string(),
        databaseName: z.string(),
        user: z.string(),
        ipAllowList: z.array(z.unknown()),
      }),
    ),
    envVarGroups: z.array(z.strictObject({ name: z.string(), envVars: z.array(variable) })),
  })
  .parse(parse(fileText('render.yaml')));

const { services, databases, envVarGroups } = blueprint;

/** A service's variables, its groups' included. */
function variablesOf({ envVars }: (typeof services)[number]): Variable[] {
  return envVars.flatMap((each) => {
    if (!('fromGroup' in each)) return [each];
    const found = envVarGroups.find(({ name }) => name === each.fromGroup);
    if (found === undefined) throw new Error(`There is no group ${each.fromGroup}.`);
    return found.envVars;
  });
}

/** What somebody might answer Render, and what Render makes itself. */
const stand: Record<string, string> = {
  DATABASE_URL: 'postgres://u:p@dpg-1:5432/everbill',
  JWT_SECRET: 'x'.repeat(44),
  PUBLIC_URL: 'https://billing.example.com',
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_12345678',
  SMTP_URL: 'smtps://smtp.example.com',
};

describe('render.yaml', () => {
  it('brings the API, the worker and a database of the same version as docker-compose.yml', () => {
    expect(services.map(({ type }) => type)).toEqual(['web', 'worker']);
    const version = databases[0]?.postgresMajorVersion;
    expect(serviceNamed('postgres').image).toContain(`postgres:${version}.`);
    const regions = [...services, ...databases].map(({ region }) => region);
    expect(new Set(regions).size).toBe(1);
  });

  it.each(services)('$name runs programs that exist, in an image that can be built', (service) => {
    const { dockerCommand, preDeployCommand = dockerCommand, dockerContext } = service;
    for (const command of [dockerCommand, preDeployCommand]) {
      expect(existsSync(join(root, sourceOf(command)))).toBe(true);
    }
    expect(existsSync(join(root, service.dockerfilePath))).toBe(true);
    expect(dockerContext).toBe('.');
  });

  it('migrates before a new version of the API takes over', () => {
    expect(sourceOf(services[0]?.preDeployCommand ?? '')).toBe('scripts/migrate.ts');
  });

  it('asks the API for its health at a path that needs no sign-in', () => {
    const open = allRoutes(new Registry()).filter(
      ({ method, auth }) => method === 'get' && auth === 'open',
    );
    expect(open.flatMap((route) => [...route.paths])).toContain(services[0]?.healthCheckPath);
  });

  it.each(services)('$name has known settings only, each of them once', (service) => {
    const keys = variablesOf(service).map(({ key }) => key);
    const known = settings.map(({ name }) => name);
    expect(keys.filter((key) => !known.includes(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(services)('$name has every setting that it needs, in production’s terms', (service) => {
    const own = ['PUBLIC_URL', 'TEMPORAL_ADDRESS', 'MAIL_FROM', 'NODE_ENV', 'HOST'];
    const keys = variablesOf(service).map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining([...neededSettings, ...own]));
    const values = variablesOf(service).map((each) => [
      each.key,
      'value' in each ? each.value : stand[each.key],
    ]);
    const config = readConfig(Object.fromEntries(values));
    expect(config).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    expect(config.STRIPE_API_URL).toBeUndefined();
  });

  it('takes values only from services and databases that it has', () => {
    for (const each of services.flatMap(variablesOf)) {
      if ('fromDatabase' in each) {
        expect(databases.map(({ name }) => name)).toContain(each.fromDatabase.name);
      }
      if ('fromService' in each) {
        const { type, name, envVarKey } = each.fromService;
        const source = services.find((service) => service.name === name && service.type === type);
        expect(source?.envVars).toContainEqual({ key: envVarKey, sync: false });
      }
    }
  });

  it('gives the API and the worker the same secrets', () => {
    for (const [index, each] of services.entries()) {
      const own = each.envVars.filter((one) => 'generateValue' in one);
      expect([index, own]).toEqual([index, []]);
    }
  });

  it('asks for nothing in a group, where Render does not ask', () => {
    expect(envVarGroups.flatMap(({ envVars }) => envVars).filter((each) => 'sync' in each)).toEqual(
      [],
    );
  });
});
