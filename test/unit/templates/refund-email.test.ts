import { renderEmail, type EmailData } from '../../../templates/email';
import { ada, emailExamples, links } from './email-examples';

const refundMail = (changes: Partial<EmailData<'refund_issued'>>) => {
  const { to_card: _card, to_balance: _balance, ...rest } = emailExamples.refund_issued;
  const data = { ...rest, ...changes };
  return renderEmail({ kind: 'refund_issued', data, customer: ada, links }).text;
};

describe('The mail about a refund', () => {
  it('says that it came back from the bank and is on the balance', () => {
    const text = refundMail({ amount: '2000', to_balance: '2000', returned: true });
    expect(text).toContain('the bank gave it back to us');
    expect(text).toContain('Your balance gets $20.00');
    expect(text).not.toContain('is on its way');
  });

  it('says what the balance gives back for it', () => {
    const text = refundMail({ amount: '2000', to_card: '2000', from_balance: '600' });
    expect(text).toContain('gets $20.00 back');
    expect(text).toContain(
      'Your balance had been given $6.00 of it before, and gives that back now.',
    );
  });
});
