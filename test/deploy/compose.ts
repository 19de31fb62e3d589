import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { interpolate } from './interpolate';
import { fileText } from './programs';

const values = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  env_file: z.array(z.string()).default([]),
  environment: values.default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});

/** A service of docker-compose.yml, what is not set in .env left as it is written. */
export type Service = z.output<typeof service>;

const file = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

export const { services, volumes } = file.parse(
  parse(fileText('docker-compose.yml'), { merge: true }),
);

/** Our own services, built from deploy/Dockerfile, with what they run. */
export const ours = Object.entries(services).flatMap(([name, each]) =>
  each.build === undefined ? [] : [{ name, service: each, command: each.command ?? [] }],
);

/** @throws Error when there is no such service */
export function serviceNamed(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return found;
}

/** What a service finds in its environment when .env holds `given`. */
export function environmentOf(
  name: string,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { env_file, environment } = serviceNamed(name);
  const fromFiles = env_file.map((path) => parseEnv(fileText(interpolate(path, given))));
  const own = Object.entries(environment).map(([key, value]) => [key, interpolate(value, given)]);
  return Object.assign({}, ...fromFiles, Object.fromEntries(own));
}

/** A published port: `127.0.0.1:${PORT:-3000}:3000`. */
export interface Published {
  readonly host: string;
  /** What .env may set it with. */
  readonly variable: string;
  readonly standard: number;
  /** Inside the container. */
  readonly target: number;
}

/** @throws Error for a port that is not published in that form */
export function published(port: string): Published {
  const found = /^([\d.]+):\$\{(\w+):-(\d+)\}:(\d+)$/.exec(port);
  const [, host = '', variable = '', standard, target] = found ?? [];
  if (found === null) throw new Error(`${port} is not address:\${VARIABLE:-port}:port.`);
  return { host, variable, standard: Number(standard), target: Number(target) };
}
