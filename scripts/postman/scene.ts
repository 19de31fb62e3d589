/** Whose call a request is; without it, the folder's own person's. */
export type Caller = 'customer' | 'operator' | 'nobody';

/** One request of a story that the collection tells, and what must be true of its answer. */
export interface Scene {
  /** Unique in the collection: a request that asks again finds itself by it. */
  name: string;
  method: string;
  /** As the OpenAPI document has it. */
  path: string;
  as?: Caller;
  query?: Record<string, string>;
  /** Nothing: an example of what the document asks for. */
  body?: Record<string, unknown>;
  /** Statements in Postman's JavaScript, run before the request. */
  before?: string[];
  /** The one status that is right here; without it, `after` says what is. */
  status?: number;
  /** Statements and tests in Postman's JavaScript, run with the answer's body as `answer`. */
  after?: string[];
  /** A redirection is the answer, and is not gone after. */
  redirects?: boolean;
}

/** Scenes that need each other, in their order; a folder can be run alone. */
export interface Folder {
  name: string;
  description: string;
  /** Who its requests are from, unless they say otherwise. */
  as: Caller;
  scenes: readonly Scene[];
  /** Documented calls that no scene is made of go to the first folder that one of these begins the path of. */
  paths: readonly string[];
}

/** A scene in one line: `get /api/v1/plans`. */
export function scene(
  name: string,
  call: `${'get' | 'post' | 'put' | 'patch' | 'delete'} ${string}`,
  rest: Omit<Scene, 'name' | 'method' | 'path'> = {},
): Scene {
  const [method = '', path = ''] = call.split(' ');
  return { name, method, path, ...rest };
}

export const remember = (variable: string, value: string) =>
  `pm.collectionVariables.set('${variable}', ${value});`;

export const test = (text: string, ...expectations: string[]) => [
  `pm.test('${text}', () => {`,
  ...expectations.map((each) => `  ${each}`),
  '});',
];

/** `pm.expect(actual).to.eql(wanted)`, both in JavaScript. */
export const equal = (actual: string, wanted: string) => `pm.expect(${actual}).to.eql(${wanted});`;

export const status = (code: number) => `pm.response.to.have.status(${code});`;

/** Asks again until it is so, at most 150 times; then the test after it says what is wrong. */
export const askAgainUnless = (condition: string) => [
  `const asked = Number(pm.collectionVariables.get('asked') || 0);`,
  `if (!(${condition}) && asked < 150) {`,
  `  pm.collectionVariables.set('asked', asked + 1);`,
  `  setTimeout(() => {}, 200);`,
  `  pm.execution.setNextRequest(pm.info.requestName);`,
  `  return;`,
  `}`,
  remember('asked', '0'),
];

/** Both systems' answers to a login. */
export const rememberTokens = [
  'const tokens = answer.tokens || answer;',
  remember('access_token', 'tokens.access'),
  remember('refresh_token', 'tokens.refresh'),
];

/** An account of a customer whom no run before has had. */
export const signUp = (name: string, first: string): Scene =>
  scene(name, 'post /api/users/signup/', {
    as: 'nobody',
    before: [remember('email', `\`${first.toLowerCase()}-\${Date.now()}@example.com\``)],
    body: { name: `${first} Winter`, email: '{{email}}', password: '{{password}}' },
    status: 201,
    after: [...rememberTokens, remember('user_id', 'answer.user.id')],
  });

export const logInOperator = (name: string): Scene =>
  scene(name, 'post /api/users/login/', {
    as: 'nobody',
    body: { email: '{{operator_email}}', password: '{{operator_password}}' },
    status: 200,
    after: [remember('operator_token', 'answer.access')],
  });

/** One tier of the plans by month, of v1's list. */
export const findPlan = (variable: string, tier: string) =>
  remember(
    variable,
    `answer.data.find((plan) => plan.name === '${tier}' && plan.interval === 'month' && plan.interval_count === 1).id`,
  );
