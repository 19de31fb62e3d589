import { equal, remember, rememberTokens, scene, test } from '../scene';
import type { Folder } from '../scene';

/** Otto registers, subscribes, wavers, changes his password and leaves. */
export const secondSystem: Folder = {
  name: 'The second system’s API',
  description: 'Accounts and the one subscription of a user as its clients know them.',
  as: 'customer',
  paths: ['/api/auth/', '/api/subscriptions/', '/api/webhooks/'],
  scenes: [
    scene('Otto registers', 'post /api/auth/register/', {
      before: [remember('email', '`otto-${Date.now()}@example.com`')],
      status: 201,
      after: rememberTokens,
    }),
    scene('Otto logs in', 'post /api/auth/login/', { status: 200, after: rememberTokens }),
    scene('A wrong password', 'post /api/auth/login/', {
      body: { email: '{{email}}', password: 'not-his-Word-1' },
      status: 400,
      after: test(
        'he is not told which is wrong',
        'pm.expect(answer.non_field_errors).to.have.lengthOf(1);',
      ),
    }),
    scene('Otto’s profile', 'get /api/auth/profile/', {
      status: 200,
      after: test('it is his', equal('answer.email', `pm.collectionVariables.get('email')`)),
    }),
    scene('Otto corrects his name', 'patch /api/auth/profile/', {
      body: { first_name: 'Otto', last_name: 'Sommer' },
      status: 200,
      after: test('it is corrected', equal('answer.last_name', `'Sommer'`)),
    }),
    scene('Otto sees the plans', 'get /api/subscriptions/plans/', {
      query: { page: '1' },
      status: 200,
      after: [
        ...test(
          'monthly and yearly ones',
          equal(
            `[...new Set(answer.results.map((plan) => plan.interval))].sort()`,
            `['month', 'year']`,
          ),
        ),
        remember(
          'plan_id',
          `answer.results.find((plan) => plan.name.startsWith('Pro') && plan.interval === 'month').id`,
        ),
      ],
    }),
    scene('Otto has no subscription yet', 'get /api/subscriptions/status/', {
      status: 200,
      after: test('inactive', equal('answer.status', `'inactive'`)),
    }),
    scene('Otto’s first card is declined', 'post /api/subscriptions/create/', {
      body: { plan_id: '{{plan_id}}', payment_method_id: 'pm_card_chargeDeclined' },
      status: 402,
      after: test('he is told', 'pm.expect(answer.error).to.be.a("string");'),
    }),
    scene('Otto subscribes', 'post /api/subscriptions/create/', {
      status: 201,
      after: test('it is active', equal('answer.subscription.status', `'active'`)),
    }),
    scene('Otto’s subscription', 'get /api/subscriptions/status/', {
      status: 200,
      after: test('it is active', 'pm.expect(answer.is_active).to.be.true;'),
    }),
    scene('Otto cancels at the end of his month', 'post /api/subscriptions/cancel/', {
      body: { cancel_immediately: false },
      status: 200,
      after: test(
        'it is scheduled',
        'pm.expect(answer.subscription.cancel_at_period_end).to.be.true;',
      ),
    }),
    scene('Otto stays after all', 'post /api/subscriptions/reactivate/', {
      status: 200,
      after: test(
        'nothing is scheduled',
        'pm.expect(answer.subscription.cancel_at_period_end).to.be.false;',
      ),
    }),
    scene('Otto’s payments', 'get /api/subscriptions/payments/', {
      query: { page: '1' },
      status: 200,
      after: test(
        'one that went through',
        equal(`answer.results.filter((payment) => payment.status === 'succeeded').length`, '1'),
      ),
    }),
    scene('Otto’s tokens are changed for new ones', 'post /api/auth/token/refresh/', {
      status: 200,
      after: rememberTokens,
    }),
    scene('Otto changes his password', 'post /api/auth/change-password/', {
      body: {
        old_password: '{{password}}',
        new_password: '{{password}}-2',
        new_password_confirm: '{{password}}-2',
      },
      status: 200,
    }),
    scene('Otto logs in with the new one', 'post /api/auth/login/', {
      body: { email: '{{email}}', password: '{{password}}-2' },
      status: 200,
      after: rememberTokens,
    }),
    scene('Otto logs out', 'post /api/auth/logout/', { status: 200 }),
    scene('His refresh token is dead', 'post /api/auth/token/refresh/', {
      status: 401,
      after: test('he is told', 'pm.expect(answer.detail).to.be.a("string");'),
    }),
    scene('An event that Stripe did not sign for the second system', 'post /api/webhooks/stripe/', {
      status: 400,
    }),
  ],
};
