import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchanges, type Exchange } from './exchanges';
import { PRODUCT_CALLS } from './product-calls';

let all: Exchange[];
beforeAll(async () => {
  all = await exchanges();
});

const root = join(__dirname, '..', '..');
const HOUSE = ['activities', 'api', 'billing', 'db', 'platform', 'worker', 'workflows'];

/** `stripe.customers.create(` and the like, over line breaks too. */
const CALL = /\bstripe\s*\.\s*(?<resource>[a-zA-Z]+)\s*\.\s*(?<verb>[a-zA-Z]+)\s*\(/g;

/** Checks a signature; nothing is sent. */
const NO_REQUEST = ['webhooks.constructEvent'];

function callsIn(source: string): string[] {
  return [...source.matchAll(CALL)]
    .map(({ groups }) => `${groups?.['resource']}.${groups?.['verb']}`)
    .filter((name) => !NO_REQUEST.includes(name));
}

it('the code of the product calls what is on the list, and nothing else', () => {
  const called = HOUSE.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => callsIn(readFileSync(join(root, folder, name), 'utf8'))),
  );
  expect([...new Set(called)].toSorted()).toEqual(PRODUCT_CALLS.map(({ call }) => call).toSorted());
});

it('no test has seen the product call anything that is not on the list', () => {
  const listed = new Set(PRODUCT_CALLS.map(({ method, template }) => `${method} ${template}`));
  const strange = all
    .filter(({ byProduct }) => byProduct)
    .map(({ method, template }) => `${method} ${template}`)
    .filter((each) => !listed.has(each));
  expect([...new Set(strange)]).toEqual([]);
});

// Without the other tests there is only the tour, which goes through every endpoint, but not by the product's code.
const wholeRun = process.env['EVERBILL_WHOLE_RUN'] === '1';

it.each(PRODUCT_CALLS)('$call was answered by the sandbox', ({ method, template }) => {
  const answered = all.filter(
    (each) => each.method === method && each.template === template && each.status === 200,
  );
  expect(answered.some(({ byProduct }) => byProduct || !wholeRun)).toBe(true);
});
