import {
  askAgainUnless,
  remember,
  rememberTokens,
  status,
  test,
  type Folder,
  type Scene,
} from '../scene';

const advance = (name: string, to: string): Scene[] => [
  {
    name: `The clock goes to ${name}`,
    method: 'post',
    path: '/api/v1/test-clocks/{id}/advance',
    body: { frozen_time: to },
    after: test('it is on its way', status(200)),
  },
  {
    name: `It is ${name}`,
    method: 'get',
    path: '/api/v1/test-clocks/{id}',
    after: [
      ...askAgainUnless(`answer.status === 'ready'`),
      ...test(
        'everything on the clock has come to rest',
        `pm.expect(answer.status).to.eql('ready');`,
      ),
    ],
  },
];

const card = (name: string, token: string): Scene => ({
  name,
  method: 'post',
  path: '/api/v1/payment-methods',
  body: { payment_method_id: token },
  after: test(
    'it is saved, as the default',
    status(201),
    'pm.expect(answer.is_default).to.be.true;',
  ),
});

const shouldBe = (name: string, wanted: string): Scene => ({
  name,
  method: 'get',
  path: '/api/v1/subscriptions/{id}',
  after: [
    ...askAgainUnless(`answer.status === '${wanted}'`),
    ...test(`it is ${wanted}`, `pm.expect(answer.status).to.eql('${wanted}');`),
  ],
});

const onSubscription = (
  name: string,
  action: string,
  body: Record<string, unknown>,
  expected: string,
): Scene => ({
  name,
  method: 'post',
  path: `/api/v1/subscriptions/{id}/${action}`,
  body,
  after: test('the answer says so', status(200), expected),
});

/** A customer subscribes, renews, can't pay, pays, and leaves: three months on a test clock. */
const scenes: Scene[] = [
  {
    name: 'Mia registers',
    method: 'post',
    path: '/api/auth/register/',
    before: [remember('email', '`mia-${Date.now()}@example.com`')],
    after: [...test('she has an account and is logged in', status(201)), ...rememberTokens],
  },
  {
    name: 'She looks for the monthly plan Pro',
    method: 'get',
    path: '/api/v1/plans',
    after: [
      `const pro = answer.data.find((plan) => plan.name === 'Pro' && plan.interval === 'month' && plan.interval_count === 1);`,
      ...test('it costs 20 dollars', 'pm.expect(pro.amount).to.eql(2000);'),
      remember('plan_id', 'pro.id'),
    ],
  },
  {
    name: 'A test clock is set to 31 January',
    method: 'post',
    path: '/api/v1/test-clocks',
    body: { frozen_time: '2026-01-31T09:00:00Z' },
    after: [...test('it is ready', status(201)), remember('test_clock_id', 'answer.id')],
  },
  {
    name: 'She subscribes with a card',
    method: 'post',
    path: '/api/v1/subscriptions',
    body: {
      plan_id: '{{plan_id}}',
      payment_method_id: 'pm_card_visa',
      test_clock: '{{test_clock_id}}',
    },
    after: [
      ...test(
        'the first payment is made',
        status(201),
        `pm.expect(answer.status).to.eql('active');`,
      ),
      remember('subscription_id', 'answer.id'),
    ],
  },
  ...advance('15 March', '2026-03-15T09:00:00Z'),
  {
    name: 'She has two invoices',
    method: 'get',
    path: '/api/v1/invoices',
    after: [
      ...test(
        'of January and February, paid, each on its day',
        `pm.expect(answer.data.map((invoice) => invoice.period_start.slice(0, 10))).to.eql(['2026-02-28', '2026-01-31']);`,
        `pm.expect(answer.data.every((invoice) => invoice.status === 'paid' && invoice.amount_paid === 2000)).to.be.true;`,
      ),
      remember('invoice_id', 'answer.data[0].id'),
    ],
  },
  card('Her new card will be declined', 'pm_card_chargeCustomerFail'),
  ...advance('2 April', '2026-04-02T09:00:00Z'),
  shouldBe('She is past due', 'past_due'),
  card('She saves a good card', 'pm_card_mastercard'),
  shouldBe('She is active again', 'active'),
  {
    name: 'March was tried three times',
    method: 'get',
    path: '/api/v1/payments',
    after: test(
      'three payments went through, two did not',
      `const count = (status) => answer.data.filter((payment) => payment.status === status).length;`,
      `pm.expect([count('succeeded'), count('failed')]).to.eql([3, 2]);`,
    ),
  },
  onSubscription(
    'She cancels at the period’s end',
    'cancel',
    { at_period_end: true },
    'pm.expect(answer.cancel_at_period_end).to.be.true;',
  ),
  onSubscription(
    'She takes it back',
    'reactivate',
    {},
    'pm.expect(answer.cancel_at_period_end).to.be.false;',
  ),
  onSubscription(
    'She cancels at once',
    'cancel',
    { at_period_end: false },
    `pm.expect(answer.status).to.eql('canceled');`,
  ),
  {
    name: 'The unused days are her credit',
    method: 'get',
    path: '/api/v1/credit-balance',
    // 28 of the 30 days from 31 March to 30 April.
    after: test(
      '28 of 30 days of 20 dollars',
      `pm.expect(answer.data).to.eql([{ currency: 'usd', amount: 1867 }]);`,
    ),
  },
  {
    name: 'Her story can be read',
    method: 'get',
    path: '/api/v1/subscriptions/{id}/timeline',
    after: test(
      'from its end to its beginning',
      `pm.expect(answer.data[0].type).to.eql('ended');`,
      `pm.expect(answer.data.filter((event) => event.type === 'invoice_paid')).to.have.lengthOf(3);`,
    ),
  },
];

export const customerStory: Folder = {
  name: 'A customer’s story',
  description:
    'Three months of a customer on a test clock. Run it from its first request to its last.',
  as: 'customer',
  scenes,
  paths: [],
};
