import { askAgainUnless, equal, remember, rememberTokens, scene, signUp, test } from '../scene';
import type { Folder } from '../scene';

const subscription = '/api/billing/subscriptions/{id}/';

/** Nora pays by invoice, leaves, and comes back with a card. */
export const firstSystem: Folder = {
  name: 'The first system’s API',
  description: 'Users, plans, subscriptions and invoices as its clients know them.',
  as: 'customer',
  paths: ['/api/users/', '/api/billing/'],
  scenes: [
    signUp('Nora signs up', 'Nora'),
    scene('Nora logs in', 'post /api/users/login/', {
      status: 200,
      after: [
        ...test('it is she', equal('answer.user.email', `pm.collectionVariables.get('email')`)),
        ...rememberTokens,
      ],
    }),
    scene('Nora sees the plans', 'get /api/billing/plans/', {
      status: 200,
      after: [
        'const byMonth = (name) => answer.find((plan) => plan.name === name && plan.plan_term === "monthly");',
        ...test('prices are exact', equal(`byMonth('Basic').price`, `'10.00'`)),
        remember('plan_id', `byMonth('Basic').id`),
        remember('bigger_plan_id', `byMonth('Pro').id`),
      ],
    }),
    scene('Nora subscribes, to be sent invoices', 'post /api/billing/subscriptions/', {
      body: { plan: '{{plan_id}}' },
      status: 201,
      after: [remember('subscription_id', 'answer.id')],
    }),
    scene('Nora can’t subscribe twice', 'post /api/billing/subscriptions/', {
      body: { plan: '{{plan_id}}' },
      status: 400,
      after: test('she is told why', `pm.expect(answer.non_field_errors).to.have.lengthOf(1);`),
    }),
    scene('Nora has one subscription', 'get /api/billing/subscriptions/', {
      status: 200,
      after: test('one', `pm.expect(answer).to.have.lengthOf(1);`),
    }),
    scene('Nora’s subscription', `get ${subscription}`, {
      status: 200,
      after: test(
        'it is of her plan',
        equal('answer.plan', `pm.collectionVariables.get('plan_id')`),
      ),
    }),
    scene('Nora’s invoices', 'get /api/billing/invoices/', {
      after: [
        ...askAgainUnless('answer.length === 1'),
        ...test('one, not paid yet', equal('answer[0].payment_status', `'pending'`)),
        remember('invoice_id', 'answer[0].id'),
      ],
    }),
    scene('Nora’s invoice', 'get /api/billing/invoices/{id}/', {
      status: 200,
      after: test('ten dollars', equal('answer.amount', `'10.00'`)),
    }),
    scene('Nora gets what her browser pays it with', 'get /api/billing/invoices/{id}/payment/', {
      status: 200,
      after: test(
        'a secret of Stripe’s',
        'pm.expect(answer.client_secret).to.match(/^pi_.+_secret_/);',
      ),
    }),
    scene('Nora leaves', `delete ${subscription}`, { status: 204 }),
    scene('Nora comes back with a card', 'post /api/billing/subscriptions/', {
      body: { plan: '{{plan_id}}', payment_method_id: 'pm_card_visa' },
      status: 201,
      after: [
        ...test('it is active', equal('answer.status', `'active'`)),
        remember('subscription_id', 'answer.id'),
      ],
    }),
    scene('Nora takes a bigger plan', `patch ${subscription}`, {
      body: { plan: '{{bigger_plan_id}}' },
      status: 200,
      after: test(
        'she has it',
        equal('answer.plan', `pm.collectionVariables.get('bigger_plan_id')`),
      ),
    }),
    scene('Nora cancels', `put ${subscription}`, {
      body: { status: 'cancelled' },
      status: 200,
      after: test('it is cancelled', equal('answer.status', `'cancelled'`)),
    }),
    scene(
      'An event that Stripe did not sign for the first system',
      'post /api/billing/stripe/webhook/',
      {
        status: 400,
      },
    ),
  ],
};
