import { exampleBody, examplePath, usedVariables } from './examples';
import { customerStory } from './folders/customer-story';
import { firstSystem } from './folders/first-system';
import { operators } from './folders/operators';
import { probes } from './folders/probes';
import { resources } from './folders/resources';
import { secondSystem } from './folders/second-system';
import { readDocument, type Operation } from './openapi';
import { status, test, type Caller, type Folder, type Scene } from './scene';
import { asDocumented, learnDocument } from './scripts';

type Json = Record<string, unknown>;

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** In the order in which they run. */
const FOLDERS: readonly Folder[] = [
  customerStory,
  firstSystem,
  secondSystem,
  resources,
  operators,
  probes,
];

/** Operators' paths begin as v1's do: theirs are asked first. */
const OWNERS: readonly Folder[] = [operators, resources, firstSystem, secondSystem, probes];

const SETTINGS: Readonly<Record<string, string>> = {
  base_url: 'http://localhost:3000',
  operator_email: 'operator@everbill.test',
  operator_password: 'everbill-demo-2026',
};

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** What requests remember for later ones, and what they start with. */
const STARTS: Readonly<Record<string, string>> = {
  email: 'demo@everbill.test',
  password: 'a-long-Word-7391',
};

/**
 * Postman's collection: stories that make every call which the OpenAPI document describes.
 * @throws Error for a scene that the document does not know, and for a name given twice
 */
export function postmanCollection(openApi: unknown): Json {
  const { title, description, operations } = readDocument(openApi);
  const untold = operationsWithoutScene(operations);
  const items = FOLDERS.map((folder) => ({
    name: folder.name,
    description: folder.description,
    item: [
      ...folder.scenes,
      ...untold.filter((each) => ownerOf(each) === folder).map(sceneOfDocument),
    ].map((scene) => itemOf(scene, folder.as, operations)),
  }));
  requireUniqueNames(items.flatMap(({ item }) => item.map(({ name }) => name)));
  return {
    info: { name: title, description, schema: SCHEMA },
    auth: bearer('customer'),
    event: [script('prerequest', learnDocument), script('test', asDocumented)],
    item: items,
    variable: Object.entries({
      ...variablesIn(items),
      ...STARTS,
      base_url: SETTINGS['base_url'],
    }).map(([key, value]) => ({ key, value, type: 'string' })),
  };
}

/** Where the collection is run and who its operator is; the rest it finds out by itself. */
export function postmanEnvironment(): Json {
  return {
    name: 'Everbill on this machine',
    values: Object.entries(SETTINGS).map(([key, value]) => ({
      key,
      value,
      type: key.endsWith('password') ? 'secret' : 'default',
      enabled: true,
    })),
    _postman_variable_scope: 'environment',
  };
}

/** Documented calls that no story makes. */
export function operationsWithoutScene(operations: readonly Operation[]): Operation[] {
  const told = new Set(
    FOLDERS.flatMap(({ scenes }) => scenes.map(({ method, path }) => `${method} ${path}`)),
  );
  return operations.filter(({ method, path }) => !told.has(`${method} ${path}`));
}

function ownerOf({ path }: Operation): Folder | undefined {
  return OWNERS.find(({ paths }) => paths.some((start) => path.startsWith(start)));
}

/** A call that no story makes: any documented answer to an example is right. */
const sceneOfDocument = ({ summary, method, path }: Operation): Scene => ({
  name: `${summary} (${method.toUpperCase()} ${path})`,
  method,
  path,
});

function itemOf(scene: Scene, usually: Caller, operations: readonly Operation[]) {
  const { name, method, path, before } = scene;
  const operation = operations.find((each) => each.method === method && each.path === path);
  if (operation === undefined) throw new Error(`${method} ${path} is not documented.`);
  const after = [
    ...(scene.status === undefined
      ? []
      : test(`the status is ${scene.status}`, status(scene.status))),
    ...(scene.after ?? []),
  ];
  const reads = after.some((line) => /\banswer\b/.test(line));
  const open = operation.security.length === 0;
  return {
    name,
    ...(scene.redirects === true ? { protocolProfileBehavior: { followRedirects: false } } : {}),
    request: requestOf(scene, operation, open ? 'nobody' : (scene.as ?? usually)),
    event: [
      ...(before === undefined ? [] : [script('prerequest', before)]),
      ...(after.length === 0
        ? []
        : [script('test', [...(reads ? ['const answer = pm.response.json();'] : []), ...after])]),
    ],
  };
}

function requestOf(scene: Scene, operation: Operation, caller: Caller): Json {
  const path = examplePath(operation.path);
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema === undefined ? undefined : (scene.body ?? exampleBody(schema));
  const query = operation.parameters
    .filter((each) => each.in === 'query')
    .map(({ name }) => {
      const value = scene.query?.[name];
      return value === undefined ? { key: name, value: '', disabled: true } : { key: name, value };
    });
  const asked = Object.entries(scene.query ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    method: operation.method.toUpperCase(),
    description: [operation.summary, operation.description].filter(Boolean).join('\n\n'),
    ...(caller === 'customer' ? {} : { auth: bearer(caller) }),
    header: body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
    url: {
      raw: `{{base_url}}${path}${asked.length === 0 ? '' : `?${asked.join('&')}`}`,
      host: ['{{base_url}}'],
      path: path.slice(1).split('/'),
      ...(query.length === 0 ? {} : { query }),
    },
    ...(body === undefined
      ? {}
      : {
          body: {
            mode: 'raw',
            raw: JSON.stringify(body, null, 2),
            options: { raw: { language: 'json' } },
          },
        }),
  };
}

function bearer(caller: Caller): Json {
  if (caller === 'nobody') return { type: 'noauth' };
  const token = caller === 'operator' ? '{{operator_token}}' : '{{access_token}}';
  return { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] };
}

/** Every variable that a request uses, empty or the id of nothing until another has set it. */
function variablesIn(items: readonly unknown[]): Record<string, string> {
  const names = usedVariables(JSON.stringify(items)).filter((name) => !(name in SETTINGS));
  return Object.fromEntries(names.map((name) => [name, name.endsWith('_id') ? NOBODY : '']));
}

function requireUniqueNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two requests are called “${twice}”.`);
}

const script = (listen: 'prerequest' | 'test', exec: readonly string[]) => ({
  listen,
  script: { type: 'text/javascript', exec },
});
