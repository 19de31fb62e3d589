import { askAgainUnless, equal, logInOperator, remember, scene, signUp, test } from '../scene';
import type { Folder, Scene } from '../scene';

const admin = '/api/v1/admin';
const one = `${admin}/subscriptions/{id}`;
const invoice = `${admin}/invoices/{id}`;

const catalogue: Scene[] = [
  scene('Olivia makes a plan', `post ${admin}/plans`, {
    before: [remember('plan_code', '`gold_${Date.now()}`')],
    body: { code: '{{plan_code}}', currency: 'usd', name: 'Gold', amount: 3000, interval: 'month' },
    status: 201,
    after: [remember('old_plan_id', 'answer.id'), remember('plan_id', 'answer.id')],
  }),
  scene('All plans', `get ${admin}/plans`, {
    query: { code: '{{plan_code}}' },
    status: 200,
    after: test('one of that code', equal('answer.data.length', '1')),
  }),
  scene('The plan Gold', `get ${admin}/plans/{id}`, {
    status: 200,
    after: test('its first version', equal('answer.version', '1')),
  }),
  scene('Olivia raises its price', `post ${admin}/plans/{id}/versions`, {
    body: { amount: 3300, reason: 'Prices of 2027' },
    status: 201,
    after: [
      ...test('a new version', equal('answer.version', '2')),
      remember('new_plan_id', 'answer.id'),
    ],
  }),
  scene('Its subscribers move', `post ${admin}/plans/{id}/move-subscribers`, {
    body: { to_plan_id: '{{new_plan_id}}' },
    status: 202,
  }),
  scene('Olivia makes a coupon', `post ${admin}/coupons`, {
    before: [remember('coupon_code', '`SPRING-${Date.now()}`')],
    body: { code: '{{coupon_code}}', name: 'Spring', percent_off: '25', duration: 'once' },
    status: 201,
    after: [remember('coupon_id', 'answer.id')],
  }),
  scene('All coupons', `get ${admin}/coupons`, { status: 200 }),
  scene('The coupon Spring', `get ${admin}/coupons/{id}`, {
    status: 200,
    after: test('a quarter off', `pm.expect(Number(answer.percent_off)).to.eql(25);`),
  }),
  scene('Olivia makes a tax rate', `post ${admin}/tax-rates`, {
    body: {
      name: 'VAT',
      percentage: '20',
      inclusive: false,
      country: 'GB',
      customer_status: 'consumer',
    },
    after: [
      `if (pm.response.code === 201) ${remember('tax_rate_id', 'answer.id')}`,
      ...test('it is new, or there is one', 'pm.expect(pm.response.code).to.be.oneOf([201, 409]);'),
    ],
  }),
  scene('Tax rates of Great Britain', `get ${admin}/tax-rates`, {
    query: { country: 'GB' },
    status: 200,
    after: [remember('tax_rate_id', 'answer.data[0].id')],
  }),
  scene('Olivia archives the tax rate', `post ${admin}/tax-rates/{id}/archive`, { status: 200 }),
];

const customer: Scene[] = [
  signUp('Cora signs up', 'Cora'),
  scene('Olivia finds Cora', `get ${admin}/users`, {
    query: { email: '{{email}}' },
    status: 200,
    after: test('one', equal('answer.data.length', '1')),
  }),
  scene('Cora’s account', `get ${admin}/users/{id}`, { status: 200 }),
  scene('Olivia corrects Cora’s country', `patch ${admin}/users/{id}`, {
    body: { country: 'AT', reason: 'She has moved' },
    status: 200,
    after: test('it is corrected', equal('answer.country', `'AT'`)),
  }),
];

const keys: Scene[] = [
  scene('Olivia makes a key for the CRM', 'post /api/v1/auth/api-keys', {
    body: { name: 'CRM', scopes: ['users:read'] },
    status: 201,
    after: [remember('api_key_id', 'answer.id')],
  }),
  scene('All keys', 'get /api/v1/auth/api-keys', {
    status: 200,
    after: test(
      'without what would open anything',
      `pm.expect(answer.data.every((each) => !('key' in each))).to.be.true;`,
    ),
  }),
  scene('Olivia revokes the key', 'delete /api/v1/auth/api-keys/{id}', { status: 204 }),
];

/** Erik is opened an account, and is forgotten in the end. */
const erik: Scene[] = [
  scene('Olivia opens an account for Erik', `post ${admin}/users`, {
    before: [remember('external_id', '`crm-${Date.now()}`')],
    body: {
      email: '{{external_id}}@example.com',
      name: 'Erik Herbst',
      external_id: '{{external_id}}',
      metadata: { sales: 'North' },
    },
    status: 201,
    after: [remember('user_id', 'answer.id')],
  }),
  scene('Erik may not come in for a while', `post ${admin}/users/{id}/deactivate`, {
    body: { reason: 'He asked for it' },
    status: 200,
  }),
  scene('Erik may come in again', `post ${admin}/users/{id}/reactivate`, { status: 200 }),
  scene('All that is kept of Erik', `get ${admin}/users/{id}/export`, { status: 200 }),
  scene('Erik is forgotten', `post ${admin}/users/{id}/erase`, {
    body: { reason: 'He asked for it' },
    status: 200,
  }),
];

const onBehalf: Scene[] = [
  scene('Olivia subscribes Cora', `post ${admin}/subscriptions`, {
    body: { user_id: '{{user_id}}', plan_id: '{{new_plan_id}}', payment_method_id: 'pm_card_visa' },
    status: 201,
    after: [
      ...test('it is active', equal('answer.status', `'active'`)),
      remember('subscription_id', 'answer.id'),
    ],
  }),
  scene('Cora’s subscriptions', `get ${admin}/subscriptions`, {
    query: { user_id: '{{user_id}}' },
    status: 200,
    after: test('one', equal('answer.data.length', '1')),
  }),
  scene('Cora’s subscription', `get ${one}`, { status: 200 }),
  scene('Olivia notes who sold it', `patch ${one}`, {
    body: { metadata: { sales: 'South' } },
    status: 200,
    after: test('it is noted', equal('answer.metadata', `{ sales: 'South' }`)),
  }),
  scene('What three would cost Cora', `post ${one}/preview-change`, {
    body: { quantity: 3 },
    status: 200,
    after: test('two more', equal('answer.total', '6600')),
  }),
  scene('Three with Cora’s next period', `post ${one}/change-plan`, {
    body: { quantity: 3, when: 'period_end', reason: 'She asked for it' },
    status: 200,
  }),
  scene('Cora thinks again', `delete ${one}/pending-change`, { status: 200 }),
  scene('A coupon for Cora', `put ${one}/coupon`, {
    body: { coupon: '{{coupon_code}}' },
    status: 200,
  }),
  scene('Cora’s next invoice', `get ${one}/upcoming-invoice`, { status: 200 }),
  scene('No coupon for Cora', `delete ${one}/coupon`, { status: 200 }),
  scene('Olivia archives the coupon', `post ${admin}/coupons/{id}/archive`, { status: 200 }),
  scene('Cora’s timeline', `get ${one}/timeline`, { status: 200 }),
  scene('Olivia pauses it', `post ${one}/pause`, { body: {}, status: 200 }),
  scene('Olivia lets it go on', `post ${one}/resume`, { status: 200 }),
  scene('Olivia tries again what is due: nothing', `post ${one}/retry`, { status: 200 }),
  scene('Olivia schedules its end', `post ${one}/cancel`, {
    body: { at_period_end: true },
    status: 200,
  }),
  scene('Olivia takes that back', `post ${one}/reactivate`, { status: 200 }),
  scene('Olivia adds an hour of support', `post ${admin}/invoice-items`, {
    body: { subscription: '{{subscription_id}}', description: 'An hour of support', amount: 9000 },
    status: 201,
    after: [remember('invoice_item_id', 'answer.id')],
  }),
  scene('What waits for Cora’s next invoice', `get ${admin}/invoice-items`, {
    query: { subscription: '{{subscription_id}}' },
    status: 200,
    after: test('one', equal('answer.data.length', '1')),
  }),
  scene('Olivia waives the support', `delete ${admin}/invoice-items/{id}`, { status: 204 }),
];

const paid: Scene[] = [
  scene('Cora’s invoices', `get ${admin}/invoices`, {
    query: { subscription: '{{subscription_id}}' },
    status: 200,
    after: [
      ...test('the first is paid', equal('answer.data[0].status', `'paid'`)),
      remember('invoice_id', 'answer.data[0].id'),
    ],
  }),
  scene('Cora’s invoice', `get ${invoice}`, {
    status: 200,
    after: test('thirty-three dollars', equal('answer.total', '3300')),
  }),
  scene('There is nothing to finalize', `post ${invoice}/finalize`, { status: 409 }),
  scene('There is nothing to try again', `post ${invoice}/retry`, { status: 409 }),
  scene('Olivia gives a dollar as credit', `post ${invoice}/credit-notes`, {
    body: { amount: 100, to: 'balance', memo: 'For the wait' },
    status: 201,
  }),
  scene('The invoice’s credit notes', `get ${invoice}/credit-notes`, {
    status: 200,
    after: test('one', equal('answer.data.length', '1')),
  }),
  scene('Olivia gives two dollars back', `post ${invoice}/refunds`, {
    body: { amount: 200, memo: 'As agreed' },
    status: 201,
  }),
  scene('Olivia ends Cora’s subscription', `post ${one}/cancel`, {
    body: { at_period_end: false, prorate: false },
    status: 200,
  }),
];

/** An invoice that was sent and is open, what is done with it, and what it was on ends. */
const withOpenInvoice = (nth: string, action: string, becomes: string): Scene[] => [
  scene(`Cora is sent a ${nth} invoice`, `post ${admin}/subscriptions`, {
    body: { user_id: '{{user_id}}', plan_id: '{{new_plan_id}}', collection_method: 'send_invoice' },
    status: 201,
    after: [remember('subscription_id', 'answer.id')],
  }),
  scene(`Cora’s ${nth} invoice is open`, `get ${admin}/invoices`, {
    query: { subscription: '{{subscription_id}}', status: 'open' },
    after: [
      ...askAgainUnless('answer.data.length === 1'),
      ...test('one', equal('answer.data.length', '1')),
      remember('invoice_id', 'answer.data[0].id'),
    ],
  }),
  scene(`Olivia: ${action} the ${nth} invoice`, `post ${invoice}/${action}`, {
    status: 200,
    after: test(`it is ${becomes}`, equal('answer.status', `'${becomes}'`)),
  }),
  scene(`What the ${nth} invoice was for ends`, `post ${one}/cancel`, {
    body: { at_period_end: false, prorate: false },
    status: 200,
  }),
];

const disputes: Scene[] = [
  signUp('Dora signs up', 'Dora'),
  scene('Dora pays with a card that will be disputed', `post ${admin}/subscriptions`, {
    body: {
      user_id: '{{user_id}}',
      plan_id: '{{new_plan_id}}',
      payment_method_id: 'pm_card_createDispute',
    },
    status: 201,
  }),
  scene('Dora’s bank disputes it', `get ${admin}/disputes`, {
    query: { user_id: '{{user_id}}' },
    after: [
      ...askAgainUnless('answer.data.length === 1'),
      ...test('one', equal('answer.data.length', '1')),
      remember('dispute_id', 'answer.data[0].id'),
    ],
  }),
  scene('The dispute', `get ${admin}/disputes/{id}`, { status: 200 }),
  scene('Olivia collects evidence', `post ${admin}/disputes/{id}/evidence`, {
    body: { evidence: { uncategorized_text: 'She used it until yesterday.' }, submit: false },
    status: 200,
  }),
  scene('Olivia gives in', `post ${admin}/disputes/{id}/close`, { status: 200 }),
];

const books: Scene[] = [
  scene('What Stripe has told', `get ${admin}/webhook-events`, {
    query: { limit: '5' },
    status: 200,
    after: [remember('event_id', 'answer.data[0].id')],
  }),
  scene('One event', `get ${admin}/webhook-events/{id}`, { status: 200 }),
  scene('It is taken once more', `post ${admin}/webhook-events/{id}/replay`, { status: 200 }),
  scene('Stripe’s books and ours', `get ${admin}/reconciliation`, { status: 200 }),
  scene('They are compared now', `post ${admin}/reconciliation`, { status: 202 }),
  scene('What differs', `get ${admin}/discrepancies`, { query: { status: 'open' }, status: 200 }),
  scene('There is nothing to explain', `post ${admin}/discrepancies/{id}/resolve`, {
    before: [remember('discrepancy_id', `'00000000-0000-4000-8000-000000000000'`)],
    body: { reason: 'It was a test' },
    status: 404,
  }),
  scene('The mails', `get ${admin}/emails`, {
    query: { limit: '5' },
    status: 200,
    after: [remember('email_id', 'answer.data[0].id')],
  }),
  scene('One mail', `get ${admin}/emails/{id}`, { status: 200 }),
  scene('It is sent once more', `post ${admin}/emails/{id}/resend`, {
    after: test(
      'unless it waits to be sent for the first time',
      'pm.expect(pm.response.code).to.be.oneOf([200, 409]);',
    ),
  }),
  scene('What the business brings', `get ${admin}/metrics`, { status: 200 }),
  scene('Today’s billing', `get ${admin}/billing-day`, { status: 200 }),
  scene('The ledger', `get ${admin}/ledger/entries`, { query: { limit: '10' }, status: 200 }),
  scene('Its balances', `get ${admin}/ledger/balances`, { status: 200 }),
  scene('Its journal', `get ${admin}/ledger/journal.csv`, { status: 200 }),
  scene('The books are right', `get ${admin}/ledger/check`, { status: 200 }),
  scene('Who did what', `get ${admin}/audit-log`, {
    query: { limit: '10' },
    status: 200,
    after: test('much was done', equal('answer.data.length', '10')),
  }),
  scene('Olivia archives her first version', `post ${admin}/plans/{id}/archive`, {
    before: [remember('plan_id', `pm.collectionVariables.get('old_plan_id')`)],
    status: 200,
  }),
];

/** Olivia's day. */
export const operators: Folder = {
  name: 'Operators',
  description: 'What an operator does for all customers.',
  as: 'operator',
  paths: ['/api/v1/admin/'],
  scenes: [
    logInOperator('Olivia, an operator, logs in'),
    ...catalogue,
    ...keys,
    ...erik,
    ...customer,
    ...onBehalf,
    ...paid,
    ...withOpenInvoice('second', 'void', 'void'),
    ...withOpenInvoice('third', 'mark-uncollectible', 'uncollectible'),
    ...withOpenInvoice('fourth', 'mark-paid', 'paid'),
    ...disputes,
    ...books,
  ],
};
