import { exchanges, firstOfEach, requestShape, type Exchange } from './exchanges';

const mock = process.env['EVERBILL_TEST_STRIPE_MOCK_URL'];

let requests: Exchange[];
beforeAll(async () => {
  requests = firstOfEach((await exchanges()).filter(mustBeRight), requestShape);
});

/**
 * Tests of the sandbox send wrong requests on purpose; what was accepted must be right, and all that the product sends. What a
 * browser sends with a client secret is between Stripe.js and Stripe: the description has only the servers' part.
 */
function mustBeRight({ byProduct, status, parameters }: Exchange): boolean {
  if (byProduct) return true;
  return (status === 200 || status === 402) && !/(^|&)client_secret=/.test(parameters);
}

/** @returns what stripe-mock has against a request, if anything */
async function refusal(request: Exchange): Promise<string | undefined> {
  const { method, path, parameters } = request;
  const inBody = method === 'POST';
  const response = await fetch(`${mock}${path}${inBody ? '' : `?${parameters}`}`, {
    method,
    headers: {
      authorization: 'Bearer sk_test_contract',
      ...(inBody && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(inBody && { body: parameters }),
  });
  if (response.ok) return undefined;
  return `${method} ${path}\n  ${decodeURIComponent(parameters)}\n  ${response.status} ${await response.text()}`;
}

const whereItRuns = mock === undefined ? describe.skip : describe;

whereItRuns("Stripe's own mock server", () => {
  it('takes every request that the product sends, and every one that the sandbox accepts', async () => {
    const refusals: string[] = [];
    for (const request of requests) {
      const refused = await refusal(request);
      if (refused !== undefined) refusals.push(refused);
    }
    process.stderr.write(
      `${requests.length} shapes of requests to stripe-mock, ${refusals.length} refused.\n`,
    );
    expect(refusals).toEqual([]);
  });

  it('refuses a request that is wrong', async () => {
    const [right] = requests.filter(({ template }) => template === '/v1/payment_intents');
    if (right === undefined) throw new Error('the tour makes no payment');
    const wrong = { ...right, method: 'POST', parameters: 'amount=1&currency=usd&colour=red' };
    expect(await refusal(wrong)).toContain('colour');
  });
});
