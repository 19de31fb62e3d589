import type { EmailData, EmailKind } from '../../../templates/email';

/** Full data of every kind, each optional fact given, so that every branch of words has something to say. */
const card = { brand: 'visa', last4: '4242' };

const invoice = {
  invoice_id: '3f0c3a0e-5d0f-4c38-9a3e-0d6d0f6c9a11',
  invoice_number: 'A7K2-0003',
  plan_name: 'Pro (monthly)',
  currency: 'usd',
  amount_due: '2000',
  total: '2000',
  issued_at: '2026-01-31T09:00:00Z',
  due_at: '2026-02-07T09:00:00Z',
  period_start: '2026-01-31T09:00:00Z',
  period_end: '2026-02-28T09:00:00Z',
  lines: [{ description: 'Pro (monthly)', amount: '2000' }],
};

const subscription = {
  subscription_id: '0b6f4c1e-2a0e-4f6c-8c0c-1f9a4de2a001',
  plan_name: 'Pro (monthly)',
  amount: '2000',
  currency: 'usd',
  interval: 'month' as const,
  interval_count: 1,
  current_period_end: '2026-02-28T09:00:00Z',
  next_charge_at: '2026-02-28T09:00:00Z',
};

const consequence = {
  final_action: 'cancel' as const,
  final_action_at: '2026-02-15T09:00:00Z',
};

const digestPeriods = [
  ['2026-01-28T09:00:00Z', '2026-02-28T09:00:00Z'],
  ['2026-02-28T09:00:00Z', '2026-03-28T09:00:00Z'],
  ['2026-03-28T09:00:00Z', '2026-04-28T09:00:00Z'],
] as const;

export const emailExamples: { [K in EmailKind]: EmailData<K> } = {
  welcome: {},
  verify_email: {
    token_id: '0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e',
    expires_at: '2026-02-01T09:00:00Z',
  },
  reset_password: {
    token_id: '1e2d3c4b-5a69-4788-9677-86958a4b3c2d',
    expires_at: '2026-01-31T10:00:00Z',
  },
  password_changed: { changed_at: '2026-01-31T09:00:00Z' },
  subscription_confirmed: subscription,
  trial_ending: { ...subscription, trial_end: '2026-02-28T09:00:00Z', card },
  plan_changed: {
    ...subscription,
    plan_name: 'Enterprise (monthly)',
    amount: '4000',
    previous_plan_name: 'Pro (monthly)',
    takes_effect: 'now',
    effective_at: '2026-02-14T09:00:00Z',
    charged_now: '1000',
  },
  plan_price_change: {
    ...subscription,
    amount: '1200',
    previous_amount: '1000',
    effective_at: '2026-03-14T09:00:00Z',
  },
  subscription_paused: { ...subscription, resume_at: '2026-05-01T09:00:00Z' },
  subscription_resumed: subscription,
  cancellation_scheduled: { ...subscription, access_until: '2026-02-28T09:00:00Z' },
  subscription_reactivated: subscription,
  subscription_canceled: {
    ...subscription,
    canceled_at: '2026-02-14T09:00:00Z',
    reason: 'requested',
    credited: '1000',
  },
  card_expiring: {
    subscription_id: subscription.subscription_id,
    plan_name: subscription.plan_name,
    card,
    exp_month: 3,
    exp_year: 2026,
    next_charge_at: '2026-03-28T09:00:00Z',
  },
  invoice_issued: invoice,
  payment_reminder: invoice,
  invoice_overdue: { ...invoice, ...consequence },
  receipt: {
    ...invoice,
    amount_due: '1500',
    lines: [
      { description: 'Pro (monthly) × 1', amount: '1800' },
      { description: 'VAT 20 %', amount: '200' },
    ],
    card,
    paid_at: '2026-01-31T09:00:05Z',
  },
  payment_failed: {
    ...invoice,
    ...consequence,
    card,
    reason_code: 'insufficient_funds',
    next_attempt_at: '2026-02-03T09:00:00Z',
  },
  authentication_required: { ...invoice, ...consequence, card },
  billing_digest: {
    subscription_id: subscription.subscription_id,
    plan_name: 'Pro (monthly)',
    currency: 'usd',
    total: '6000',
    amount_due: '4000',
    invoices: digestPeriods.map(([period_start, period_end], index) => ({
      invoice_id: `invoice-${index}`,
      invoice_number: `A7K2-000${index + 4}`,
      total: '2000',
      amount_due: index === 0 ? '0' : '2000',
      period_start,
      period_end,
      due_at: '2026-05-07T09:00:00Z',
      status: index === 0 ? ('paid' as const) : ('open' as const),
    })),
  },
  refund_issued: {
    invoice_id: invoice.invoice_id,
    invoice_number: invoice.invoice_number,
    credit_note_number: 'A7K2-CN-0001',
    currency: 'usd',
    amount: '2000',
    to_card: '1500',
    to_balance: '500',
    card,
    refunded_at: '2026-02-14T09:00:00Z',
  },
};

/** One mail's receiver; tests change what matters to them. */
export const ada = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  locale: 'en-US',
  timeZone: 'Europe/Berlin',
};

export const links = {
  publicUrl: 'https://billing.example.com',
  payPath: (invoiceId: string) => `/pay/${encodeURIComponent(invoiceId)}-token`,
  accountPath: (purpose: string, tokenId: string) => `/portal/${purpose}?token=${tokenId}-s3cr3t`,
};
