import { checkYear, type Expected, type Found } from '../../../scripts/demo/checks';

const plan = {
  id: 'plan',
  name: 'Pro',
  amount: 2000,
  currency: 'usd',
  interval: 'month',
  interval_count: 1,
};
const days = ['2026-01-31', '2026-02-28', '2026-03-31'].map((day) => `${day}T09:00:00.000Z`);
const [january = '', february = '', march = ''] = days;

const expected: Expected = { plan, periodStarts: [january, february], declines: 1, credit: 500 };

const invoice = (number: string, start: string, end: string) => ({
  id: number,
  number,
  status: 'paid',
  total: 2000,
  amount_paid: 2000,
  period_start: start,
  period_end: end,
  attempts: [{ status: 'succeeded', at: start }],
});
const paid = { status: 'succeeded', amount: 2000, subscription: 's' };
const mail = (subject: string) => ({ id: subject, subject, message_id: `<${subject}>` });

const right: Found = {
  invoices: [invoice('A-1', january, february), invoice('A-2', february, march)],
  payments: [paid, { ...paid, status: 'failed' }, paid],
  credit: 500,
  status: 'canceled',
  mails: [
    mail('Receipt for invoice A-1'),
    mail('Payment failed for invoice A-2'),
    mail('Receipt for invoice A-2'),
  ],
};

const wrongs = (found: Partial<Found>) =>
  checkYear(expected, { ...right, ...found })
    .filter(({ holds }) => !holds)
    .map(({ text }) => text);

describe('The demo adds its year up', () => {
  it('and finds nothing wrong with a right one', () => {
    expect(wrongs({})).toEqual([]);
  });

  const first = invoice('A-1', january, february);
  const second = invoice('A-2', february, march);
  const cases: [string, Partial<Found>, string][] = [
    ['a missing invoice', { invoices: [first] }, '2 invoices, one for each period, on their days'],
    [
      'a gap',
      { invoices: [invoice('A-1', january, january), second] },
      'periods without gap or overlap',
    ],
    [
      'an open invoice',
      { invoices: [first, { ...second, status: 'open' }] },
      'every invoice paid, exactly and once',
    ],
    [
      'an invoice paid twice',
      { invoices: [first, { ...second, attempts: [...second.attempts, ...second.attempts] }] },
      'every invoice paid, exactly and once',
    ],
    [
      'a payment too many',
      { payments: [...right.payments, paid] },
      'payments of $40.00 in all, as much as the invoices',
    ],
    ['a decline that nobody counted', { payments: [paid, paid] }, '1 declined attempts'],
    ['a wrong credit', { credit: 499 }, 'credit of $5.00 for the days paid and not used'],
    ['a subscription that lives on', { status: 'active' }, 'the subscription is canceled'],
    [
      'a missing receipt',
      { mails: right.mails?.slice(0, 2) },
      'a receipt for every invoice, and only one',
    ],
    [
      'a mail sent twice',
      { mails: [...(right.mails ?? []), mail('Hello'), mail('Hello')] },
      'no mail twice',
    ],
  ];

  it.each(cases)('and notices %s', (_what, found, text) => {
    expect(wrongs(found)).toEqual([text]);
  });
});
