import {
  askAgainUnless,
  equal,
  findPlan,
  logInOperator,
  remember,
  scene,
  signUp,
  status,
  test,
} from '../scene';
import type { Folder, Scene } from '../scene';

const one = '/api/v1/subscriptions/{id}';

const payment: Scene[] = [
  scene('Vera is asked for a card by Stripe’s form', 'post /api/v1/payment-methods/setup-intent', {
    status: 201,
    after: test(
      'a secret of Stripe’s',
      'pm.expect(answer.client_secret).to.match(/^seti_.+_secret_/);',
    ),
  }),
  scene('Vera saves a card', 'post /api/v1/payment-methods', {
    body: { payment_method_id: 'pm_card_visa' },
    status: 201,
    after: [remember('payment_method_id', 'answer.id')],
  }),
  scene('Vera saves another', 'post /api/v1/payment-methods', {
    body: { payment_method_id: 'pm_card_mastercard' },
    status: 201,
    after: test('the newest is the default', 'pm.expect(answer.is_default).to.be.true;'),
  }),
  scene('Vera makes the first the default', 'post /api/v1/payment-methods/{id}/make-default', {
    status: 200,
    after: [
      ...test('it is', 'pm.expect(answer.is_default).to.be.true;'),
      remember('default_payment_method_id', 'answer.id'),
    ],
  }),
  scene('Vera’s cards', 'get /api/v1/payment-methods', {
    status: 200,
    after: [
      ...test('two', equal('answer.data.length', '2')),
      remember('other_payment_method_id', 'answer.data.find((card) => !card.is_default).id'),
    ],
  }),
  scene('Vera removes the other', 'delete /api/v1/payment-methods/{id}', {
    before: [
      remember('payment_method_id', `pm.collectionVariables.get('other_payment_method_id')`),
    ],
    status: 204,
  }),
];

const changes: Scene[] = [
  scene('What a bigger plan would cost Vera', `post ${one}/preview-change`, {
    body: { plan_id: '{{bigger_plan_id}}', when: 'now' },
    status: 200,
    after: test('ten dollars more', equal('answer.total', '1000')),
  }),
  scene('Vera asks for it with the next period', `post ${one}/change-plan`, {
    body: { plan_id: '{{bigger_plan_id}}', when: 'period_end' },
    status: 200,
    after: test('it waits', 'pm.expect(answer.pending_change).to.be.an("object");'),
  }),
  scene('Vera takes that back', `delete ${one}/pending-change`, {
    status: 200,
    after: test('nothing waits', 'pm.expect(answer.pending_change).to.be.null;'),
  }),
  scene('Vera takes it now', `post ${one}/change-plan`, {
    body: { plan_id: '{{bigger_plan_id}}', when: 'now' },
    status: 200,
    after: test(
      'she has it',
      equal('answer.plan.id', `pm.collectionVariables.get('bigger_plan_id')`),
    ),
  }),
  scene('Vera redeems the coupon', `put ${one}/coupon`, {
    body: { coupon: '{{coupon_code}}' },
    status: 200,
  }),
  scene('Vera’s next invoice', `get ${one}/upcoming-invoice`, {
    status: 200,
    after: test('with a tenth off', equal('answer.total', '1800')),
  }),
  scene('Vera gives the coupon up', `delete ${one}/coupon`, { status: 200 }),
  scene('Vera pauses', `post ${one}/pause`, {
    body: {},
    status: 200,
    after: test('it is paused', equal('answer.status', `'paused'`)),
  }),
  scene('Vera goes on', `post ${one}/resume`, {
    status: 200,
    after: test('it is active', equal('answer.status', `'active'`)),
  }),
  scene('Vera means to leave', `post ${one}/cancel`, {
    body: { at_period_end: true },
    status: 200,
    after: test('at the end', 'pm.expect(answer.cancel_at_period_end).to.be.true;'),
  }),
  scene('Vera stays', `post ${one}/reactivate`, {
    status: 200,
    after: test('she does', 'pm.expect(answer.cancel_at_period_end).to.be.false;'),
  }),
  scene('Vera’s timeline', `get ${one}/timeline`, {
    query: { order: 'asc' },
    status: 200,
    after: test('it says what was', 'pm.expect(answer.data.length).to.be.above(5);'),
  }),
];

/** An invoice is open when it was sent; a subscription of the first system's kind sends them. */
const openInvoice: Scene[] = [
  scene('Vera leaves at once', `post ${one}/cancel`, {
    body: { at_period_end: false },
    status: 200,
    after: test('it has ended', equal('answer.status', `'canceled'`)),
  }),
  scene('Vera’s credit', 'get /api/v1/credit-balance', {
    status: 200,
    after: test('for the rest of her month', 'pm.expect(answer.data).to.have.lengthOf(1);'),
  }),
  scene('Vera wants the big plan, by invoice', 'post /api/billing/subscriptions/', {
    body: { plan: '{{biggest_plan_id}}' },
    status: 201,
    after: [remember('subscription_id', 'answer.id')],
  }),
  scene('Vera’s open invoices', 'get /api/v1/invoices', {
    query: { subscription: '{{subscription_id}}', status: 'open' },
    after: [
      ...askAgainUnless('answer.data.length === 1 && answer.data[0].hosted_url'),
      ...test('one', status(200), equal('answer.data.length', '1')),
      remember('invoice_id', 'answer.data[0].id'),
      remember('pay_token', `answer.data[0].hosted_url.split('/').pop()`),
    ],
  }),
  scene('Vera’s open invoice', 'get /api/v1/invoices/{id}', {
    status: 200,
    after: test('it is not paid', equal('answer.amount_paid', '0')),
  }),
  scene('Its page', 'get /pay/{token}', {
    as: 'nobody',
    status: 200,
    after: [remember('pay_asset', `pm.response.text().match(/\\/pay\\/assets\\/([\\w.-]+)/)[1]`)],
  }),
  scene('The way from its page to the card’s', 'post /pay/{token}', {
    as: 'nobody',
    status: 303,
    redirects: true,
  }),
  scene('What its page loads', 'get /pay/assets/{name}', { as: 'nobody', status: 200 }),
  scene('What a browser pays it with', 'get /api/v1/invoices/{id}/payment', {
    status: 200,
    after: test(
      'a secret of Stripe’s',
      'pm.expect(answer.client_secret).to.match(/^pi_.+_secret_/);',
    ),
  }),
  scene('Vera pays it with her card', 'post /api/v1/invoices/{id}/pay', {
    status: 200,
    after: test('it is paid', equal('answer.status', `'paid'`)),
  }),
  scene('Vera’s payments', 'get /api/v1/payments', {
    status: 200,
    after: test(
      'all went through',
      `pm.expect(answer.data.every((each) => each.status === 'succeeded')).to.be.true;`,
    ),
  }),
];

const clocks: Scene[] = [
  scene('A test clock is set', 'post /api/v1/test-clocks', {
    status: 201,
    after: [remember('test_clock_id', 'answer.id')],
  }),
  scene('It goes on by a day', 'post /api/v1/test-clocks/{id}/advance', {
    body: { frozen_time: '2026-02-01T09:00:00Z' },
    status: 200,
  }),
  scene('It comes to rest', 'get /api/v1/test-clocks/{id}', {
    after: [
      ...askAgainUnless(`answer.status === 'ready'`),
      ...test('it is ready', equal('answer.status', `'ready'`)),
    ],
  }),
  scene('It is thrown away', 'delete /api/v1/test-clocks/{id}', { status: 204 }),
];

const account: Scene[] = [
  scene(
    'Vera asks for the mail that confirms her address',
    'post /api/v1/auth/resend-verification',
    {
      status: 202,
    },
  ),
  scene('A link to confirm it that nobody was sent', 'post /api/v1/auth/verify-email', {
    body: { token: 'made-up' },
    status: 400,
  }),
  scene('Somebody has forgotten their password', 'post /api/v1/auth/forgot-password', {
    body: { email: 'nobody-{{email}}' },
    status: 202,
  }),
  scene('A link to set it anew that nobody was sent', 'post /api/v1/auth/reset-password', {
    body: { token: 'made-up', password: '{{password}}' },
    status: 400,
  }),
];

/** Vera uses everything that a customer can. */
export const resources: Folder = {
  name: 'v1',
  description: 'The whole product as resources.',
  as: 'customer',
  paths: ['/api/v1/', '/pay/'],
  scenes: [
    signUp('Vera signs up', 'Vera'),
    ...account,
    scene('The plans of v1', 'get /api/v1/plans', {
      status: 200,
      after: [
        findPlan('plan_id', 'Basic'),
        findPlan('bigger_plan_id', 'Pro'),
        findPlan('biggest_plan_id', 'Enterprise'),
      ],
    }),
    scene('One plan of v1', 'get /api/v1/plans/{id}', {
      status: 200,
      after: test('ten dollars', equal('answer.amount', '1000')),
    }),
    ...payment,
    scene('Vera subscribes', 'post /api/v1/subscriptions', {
      body: { plan_id: '{{plan_id}}', payment_method_id: '{{default_payment_method_id}}' },
      status: 201,
      after: [
        ...test('her first card is charged', equal('answer.status', `'active'`)),
        remember('subscription_id', 'answer.id'),
      ],
    }),
    scene('Vera’s subscriptions', 'get /api/v1/subscriptions', {
      query: { status: 'active' },
      status: 200,
      after: test('one', equal('answer.data.length', '1')),
    }),
    scene('Vera’s one subscription', `get ${one}`, { status: 200 }),
    logInOperator('An operator logs in to make a coupon'),
    scene('A coupon for Vera', 'post /api/v1/admin/coupons', {
      as: 'operator',
      before: [remember('coupon_code', '`TENTH-${Date.now()}`')],
      body: {
        code: '{{coupon_code}}',
        name: 'A tenth off',
        percent_off: '10',
        duration: 'forever',
      },
      status: 201,
    }),
    ...changes,
    ...openInvoice,
    ...clocks,
  ],
};
