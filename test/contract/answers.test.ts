import { ROUTES } from '../../sandbox/http/api';
import { jsonShape, pathTemplate } from '../../sandbox/witness/shape';
import { exchanges, firstOfEach, type Exchange } from './exchanges';
import { KNOWN_DIFFERENCES, withoutDifferences } from './known-differences';
import { complaints, describes } from './stripe-schema';

let answers: Exchange[];
beforeAll(async () => {
  answers = firstOfEach(
    (await exchanges()).filter(({ status }) => status !== null),
    ({ method, template, status, body }) => `${method} ${template} ${status} ${jsonShape(body)}`,
  );
});

/** What is wrong with an answer once the known differences are set aside. */
function wrong(answer: Exchange, known = KNOWN_DIFFERENCES): string[] {
  const { method, template, status, body } = answer;
  return complaints(method, template, status ?? 0, withoutDifferences(body, known));
}

it("every answer of the sandbox is one by Stripe's own description", () => {
  const found = answers.flatMap((answer) =>
    wrong(answer).map(
      (complaint) => `${answer.method} ${answer.template} ${answer.status}: ${complaint}`,
    ),
  );
  process.stderr.write(`${answers.length} shapes of answers, ${found.length} complaints.\n`);
  expect([...new Set(found)]).toEqual([]);
});

it.each(KNOWN_DIFFERENCES)('$object.$member is still a difference', (difference) => {
  const others = KNOWN_DIFFERENCES.filter((each) => each !== difference);
  const still = answers.some((answer) => wrong(answer, others).length > 0);
  expect(still).toBe(true);
});

it.each(ROUTES.map(({ method, path }) => [method.toUpperCase(), pathTemplate(path)] as const))(
  'Stripe has %s %s, and the sandbox was asked it',
  (method, template) => {
    expect(describes(method, template)).toBe(true);
    const asked = answers.filter((each) => each.method === method && each.template === template);
    expect(asked.map(({ status }) => status)).toContain(200);
  },
);

it('an answer with a missing, a strange or a misspelt member is noticed', () => {
  const intent = answers.find(
    ({ template, status }) => template === '/v1/payment_intents/:id' && status === 200,
  );
  const body: unknown = withoutDifferences(intent?.body);
  const against = (change: object) =>
    complaints('GET', '/v1/payment_intents/:id', 200, Object.assign({}, body, change)).join();
  expect(against({})).toBe('');
  expect(against({ id: undefined })).toContain('id');
  expect(against({ status: 'paid' })).toContain('/status');
  expect(against({ amount: '100' })).toContain('/amount');
  expect(against({ amount_recieved: 100 })).toContain('amount_recieved');
});
