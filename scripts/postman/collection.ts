import { exampleBody, examplePath } from './examples';
import { readDocument, type Operation } from './openapi';
import { story, type Scene } from './story';

type Json = Record<string, unknown>;

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** Which calls belong together, by how their paths begin; the last folder takes the rest. */
const FOLDERS: readonly { name: string; description: string; paths: readonly string[] }[] = [
  {
    name: 'Operators',
    description: 'What an operator does for all customers; log in as one first.',
    paths: ['/api/v1/admin/'],
  },
  { name: 'v1', description: 'The whole product as resources.', paths: ['/api/v1/'] },
  {
    name: 'The first system’s API',
    description: 'Users, plans, subscriptions and invoices as its clients know them.',
    paths: ['/api/users/', '/api/billing/'],
  },
  {
    name: 'The second system’s API',
    description: 'Accounts and the one subscription of a user as its clients know them.',
    paths: ['/api/auth/', '/api/subscriptions/', '/api/webhooks/'],
  },
  { name: 'Probes and documentation', description: 'Open to everybody.', paths: ['/'] },
];

/** Nothing in a folder would work after it. */
const endsSession = ({ path }: Operation) => path === '/api/auth/logout/';

/** What later requests need of an answer: both systems' logins, and a password that was changed. */
const TOKENS = [
  'const answer = pm.response.json();',
  'const { access, refresh } = answer.tokens || answer;',
  "if (access) pm.collectionVariables.set('access_token', access);",
  "if (refresh) pm.collectionVariables.set('refresh_token', refresh);",
];
const REMEMBERED: Readonly<Record<string, readonly string[]>> = {
  '/api/users/signup/': TOKENS,
  '/api/users/login/': TOKENS,
  '/api/auth/register/': TOKENS,
  '/api/auth/login/': TOKENS,
  '/api/auth/token/refresh/': TOKENS,
  '/api/auth/change-password/': [
    "if (pm.response.code === 200) pm.collectionVariables.set('password', JSON.parse(pm.request.body.raw).new_password);",
  ],
};

/** Postman's collection of everything that the OpenAPI document describes, and the customer's story. */
export function postmanCollection(openApi: unknown): Json {
  const { title, description, operations } = readDocument(openApi);
  const folderOf = ({ path }: Operation) =>
    FOLDERS.find(({ paths }) => paths.some((start) => path.startsWith(start)));
  const folders = FOLDERS.map((folder) => ({
    name: folder.name,
    description: folder.description,
    item: operations
      .filter((each) => folderOf(each) === folder)
      .toSorted((a, b) => Number(endsSession(a)) - Number(endsSession(b)))
      .map(requestOf),
  }));
  return {
    info: { name: title, description, schema: SCHEMA },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{access_token}}', type: 'string' }] },
    item: [
      {
        name: 'A customer’s story',
        description:
          'Run this folder from its first request to its last: it makes what the other folders’ requests use.',
        item: story.map((scene) => sceneOf(scene, operations)),
      },
      ...folders,
    ],
    variable: Object.entries(variables).map(([key, value]) => ({ key, value, type: 'string' })),
  };
}

const variables: Readonly<Record<string, string>> = {
  base_url: 'http://localhost:3000',
  email: 'demo@everbill.test',
  password: 'a-long-Word-7391',
  access_token: '',
  refresh_token: '',
  plan_id: '',
  subscription_id: '',
  invoice_id: '',
  test_clock_id: '',
  user_id: '',
  coupon_id: '',
  tax_rate_id: '',
  invoice_item_id: '',
  payment_method_id: '',
  event_id: '',
  discrepancy_id: '',
  dispute_id: '',
};

/** Where the collection is run; the rest it finds out by itself. */
export function postmanEnvironment(): Json {
  return {
    name: 'Everbill on this machine',
    values: [{ key: 'base_url', value: variables['base_url'], type: 'default', enabled: true }],
    _postman_variable_scope: 'environment',
  };
}

/** A documented call with an example body, and the test that it answers as documented. */
function requestOf(operation: Operation): Json {
  const schema = operation.requestBody?.content['application/json'].schema;
  const body = schema === undefined ? undefined : exampleBody(schema);
  const statuses = Object.keys(operation.responses)
    .map(Number)
    .filter((each) => each < 500);
  return {
    name: operation.summary,
    request: request(operation, body),
    event: [
      script('test', [
        `pm.test('the answer is a documented one', () => {`,
        `  pm.expect(pm.response.code).to.be.oneOf([${statuses.join(', ')}]);`,
        '});',
        ...(REMEMBERED[operation.path] ?? []),
      ]),
    ],
  };
}

/** @throws Error for a request that the document does not know */
function sceneOf(scene: Scene, operations: readonly Operation[]): Json {
  const operation = operations.find(
    ({ method, path }) => method === scene.method && path === scene.path,
  );
  if (operation === undefined) throw new Error(`${scene.method} ${scene.path} is not documented.`);
  const schema = operation.requestBody?.content['application/json'].schema;
  const example = schema === undefined ? undefined : exampleBody(schema);
  return {
    name: scene.name,
    request: request(operation, scene.body ?? example),
    event: [
      ...(scene.before === undefined ? [] : [script('prerequest', scene.before)]),
      script('test', ['const answer = pm.response.json();', ...scene.after]),
    ],
  };
}

function request(operation: Operation, body: unknown): Json {
  const path = examplePath(operation.path);
  const query = operation.parameters
    .filter((each) => each.in === 'query')
    .map(({ name }) => ({ key: name, value: '', disabled: true }));
  return {
    method: operation.method.toUpperCase(),
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(operation.security.length === 0 ? { auth: { type: 'noauth' } } : {}),
    header: body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
    url: {
      raw: `{{base_url}}${path}`,
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

const script = (listen: 'prerequest' | 'test', exec: string[]) => ({
  listen,
  script: { type: 'text/javascript', exec },
});
