import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  emailDataSchemas,
  emailKinds,
  renderEmail,
  type EmailData,
  type EmailKind,
} from '../../../templates/email';
import { ada, emailExamples, links } from './email-examples';

/** Renders an example with some of its facts, or its receiver, changed. */
function mail<K extends EmailKind>(
  kind: K,
  changes: Partial<EmailData<K>> = {},
  customer: Partial<typeof ada> = {},
) {
  const data = { ...emailExamples[kind], ...changes };
  return renderEmail({ kind, data, customer: { ...ada, ...customer }, links });
}

/** Takes away every fact that its kind can do without. */
function bareData(kind: EmailKind): Record<string, unknown> {
  let data: Record<string, unknown> = { ...emailExamples[kind] };
  for (const key of Object.keys(data)) {
    const { [key]: _removed, ...rest } = data;
    if (emailDataSchemas[kind].safeParse(rest).success) data = rest;
  }
  return data;
}

/** Puts the text wherever the kind takes free words. */
function dataWithWords(kind: EmailKind, words: string): unknown {
  const place = (value: unknown, fits: (candidate: unknown) => boolean): unknown => {
    if (typeof value === 'string') return fits(words) ? words : value;
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) =>
        place(item, (candidate) => fits(value.with(index, candidate))),
      );
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) => [
        key,
        place(item, (candidate) => fits({ ...value, [key]: candidate })),
      ]),
    );
  };
  const accepts = (candidate: unknown) => emailDataSchemas[kind].safeParse(candidate).success;
  return place(emailExamples[kind], accepts);
}

const leftovers = /undefined|null|NaN|\[object|Invalid Date|#\{/;

/** What a reader sees of the HTML, tags cut out. */
function seen(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

it('every kind has a template and every template a kind', () => {
  const folder = join(__dirname, '../../../templates/emails');
  const templates = readdirSync(folder)
    .filter((file) => file.endsWith('.pug') && !['layout.pug', 'mixins.pug'].includes(file))
    .map((file) => file.replace('.pug', '').replaceAll('-', '_'));
  expect(new Set(templates)).toEqual(new Set(emailKinds));
});

describe.each(emailKinds)('a %s mail', (kind) => {
  it('says in HTML and in text what is to be said, with all facts and with the fewest', () => {
    for (const data of [emailExamples[kind], bareData(kind)]) {
      const { subject, html, text } = renderEmail({ kind, data, customer: ada, links });
      expect(subject).not.toBe('');
      expect(text).toContain('Hello Ada Lovelace,');
      expect(seen(html)).toContain('Hello Ada Lovelace,');
      expect(text).toContain('https://billing.example.com/');
      expect(text).toContain('Europe/Berlin');
      for (const part of [subject, text, seen(html)]) expect(part).not.toMatch(leftovers);
      expect(text).not.toMatch(/<\/?\w|&(?:amp|lt|gt|quot|nbsp);|\n{3,}| $/m);
      expect(text).not.toMatch(/\s[.,;:!?](?:\s|$)/);
    }
  });

  it('runs nothing and loads nothing, whatever its data hold', () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'`&amp;#{7*7}';
    const data = dataWithWords(kind, hostile);
    const customer = { ...ada, name: hostile, email: `${hostile}@example.com` };
    const { html, text } = renderEmail({ kind, data, customer, links });
    expect(html).not.toMatch(/<script|<img|<link|<iframe|<object|javascript:/i);
    expect(html).not.toMatch(/\s(?:src|background)="|url\(|@import/);
    // Each tag ends where it should: no attribute was broken out of.
    expect(html.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
    // What was typed is what is read.
    expect(text.includes(hostile)).toBe(JSON.stringify(data).includes('alert(1)'));
  });

  it('stays one subject line and one layout with endless, empty and right-to-left words', () => {
    const words = ['', ' ', 'x'.repeat(5000), 'اشتراك شهري 💳', 'a\r\nBcc: all@example.com\u202e'];
    for (const name of words) {
      const data = dataWithWords(kind, name);
      const rendered = renderEmail({ kind, data, customer: { ...ada, name }, links });
      expect(rendered.subject).not.toMatch(/[\r\n\u202e]/);
      expect(Array.from(rendered.subject).length).toBeLessThanOrEqual(180);
      expect(rendered.text).not.toMatch(/^Bcc:/m);
      expect(rendered.html.match(/<h1/g)).toHaveLength(1);
      expect(rendered.html.endsWith('</html>')).toBe(true);
    }
  });

  it('is the same mail, byte for byte, when it is rendered again', () => {
    expect(mail(kind)).toEqual(mail(kind));
  });

  it('stores nothing about the person', () => {
    const stored = emailDataSchemas[kind].parse({
      ...emailExamples[kind],
      email: ada.email,
      name: ada.name,
    });
    expect(stored).toEqual(emailExamples[kind]);
  });
});

describe('an invoice mail', () => {
  const kinds = ['invoice_issued', 'payment_reminder', 'invoice_overdue'] as const;

  it.each(kinds)('%s tells customer, number, plan, amount, issue and due date', (kind) => {
    const { html, text } = mail(kind);
    for (const body of [text, seen(html)]) {
      for (const fact of ['Ada Lovelace', 'A7K2-0003', 'Pro (monthly)', '$20.00']) {
        expect(body).toContain(fact);
      }
      expect(body).toMatch(/January 31, 2026 at 10:00\sAM GMT\+1/);
      expect(body).toMatch(/February 7, 2026 at 10:00\sAM GMT\+1/);
    }
  });

  it.each(kinds)('%s leads to where that invoice is paid', (kind) => {
    const { html, text } = mail(kind);
    const link = `https://billing.example.com${links.payPath(emailExamples[kind].invoice_id)}`;
    expect(html).toContain(`href="${link}"`);
    expect(text).toContain(`\n${link}\n`);
  });

  it.each(['verify_email', 'reset_password'] as const)('%s leads to its own link', (kind) => {
    const { html, text } = mail(kind);
    const path = links.accountPath(kind, emailExamples[kind].token_id);
    expect(html).toContain(`href="https://billing.example.com${path}"`);
    expect(text).toContain(`https://billing.example.com${path}\n`);
  });

  it('cannot be made to lead anywhere else', () => {
    for (const token_id of ['https://evil.example', '//evil.example', '/\\evil.example', 'reset']) {
      expect(() => mail('reset_password', { token_id })).toThrow('UUID');
    }
  });

  it('asks for nothing when the balance covers it or the card is charged', () => {
    expect(mail('invoice_issued', { amount_due: '0' }).text).toContain('nothing to pay');
    const { text } = mail('invoice_issued', { card: { brand: 'visa', last4: '4242' } });
    expect(text).toContain('We charge it to your Visa ending in 4242.');
  });
});

describe('amounts and dates', () => {
  it.each([
    ['jpy', '2000', 'en-US', '¥2,000'],
    ['JPY', '2000', 'ja-JP', '￥2,000'],
    ['kwd', '12340', 'en-US', 'KWD 12.340'],
    ['usd', '2000', 'de-DE', '20,00 $'],
    ['eur', '123456789012345678', 'de-DE', '1.234.567.890.123.456,78 €'],
  ])('%s %s in %s is %s, exactly', (currency, amount, locale, expected) => {
    const { text, html } = mail(
      'receipt',
      { currency, amount_due: amount, total: amount },
      { locale },
    );
    expect(text.replaceAll('\u00a0', ' ')).toContain(`Amount:          ${expected}`);
    expect(html.replaceAll('\u00a0', ' ')).toContain(expected);
  });

  it('an instant is told in the customer’s own zone, which is named', () => {
    const late = { access_until: '2026-01-31T23:30:00Z' };
    const there = mail('cancellation_scheduled', late, { timeZone: 'Asia/Tokyo' });
    expect(there.subject).toContain('February 1, 2026');
    expect(there.text).toContain('Times are told in the time zone Asia/Tokyo.');
    const here = mail('cancellation_scheduled', late, { timeZone: 'UTC', locale: 'de-DE' });
    expect(here.subject).toContain('31. Januar 2026');
    expect(here.text).toContain('23:30 UTC');
  });

  it('an unknown locale or zone doesn’t hold back the mail', () => {
    const { text } = mail('receipt', {}, { locale: 'no such_locale', timeZone: 'Mars/Olympus' });
    expect(text).toContain('$15.00');
    expect(text).toContain('in the time zone UTC');
  });

  it('a row that is no amount, no instant or no currency is refused', () => {
    expect(() => mail('receipt', { amount_due: '9.99' })).toThrow('minor units');
    expect(() => mail('receipt', { issued_at: '31 January' })).toThrow('ISO');
    expect(() => mail('receipt', { currency: 'xyz' })).toThrow('currency');
  });
});

describe('what a mail claims', () => {
  it('a cancellation at once doesn’t say that access continues', () => {
    for (const reason of ['requested', 'period_ended', 'not_paid', undefined] as const) {
      const { text, html } = mail('subscription_canceled', reason && { reason });
      for (const body of [text, seen(html)]) {
        expect(body).toContain('no longer have access');
        expect(body).not.toMatch(/access continues|until|keep/i);
      }
    }
  });

  it('a scheduled cancellation says until when access continues', () => {
    expect(mail('cancellation_scheduled').text).toMatch(
      /Your access continues until February 28, 2026 at 10:00\sAM GMT\+1\./,
    );
  });

  it('a failed payment says why, when it is tried again and what follows', () => {
    const { text } = mail('payment_failed');
    expect(text).toContain('not enough money');
    expect(text).toMatch(/try again on February 3, 2026/);
    expect(text).toMatch(/still unpaid on February 15, 2026.*subscription will be canceled/);
    const last = renderEmail({
      kind: 'payment_failed',
      data: { ...emailExamples.payment_failed, next_attempt_at: undefined },
      customer: ada,
      links,
    });
    expect(last.text).toContain('We will not try again by ourselves.');
  });

  it.each(['fraudulent', 'stolen_card', 'lost_card', 'pickup_card', '__proto__', 'what_is_this'])(
    'a payment declined as %s is told as a plain decline',
    (reason_code) => {
      const { text } = mail('payment_failed', { reason_code });
      expect(text).toContain('Your bank declined the payment without giving a reason.');
      expect(text).not.toMatch(/fraud|stolen|lost|pick/i);
    },
  );

  it('without a payment method nobody claims to have tried one', () => {
    const { text } = mail('payment_failed', { reason_code: 'no_payment_method' });
    expect(text).toContain('There is no payment method on file.');
    expect(text).not.toContain('tried to charge');
  });

  it('a card that expires is named, with its last month', () => {
    const { subject, text } = mail('card_expiring', {}, { locale: 'de-DE' });
    expect(subject).toBe('Your Visa ending in 4242 expires at the end of März 2026');
    expect(text).toContain('Visa ending in 4242, which your Pro (monthly) subscription is charged');
    for (const exp_month of [0, 13]) {
      expect(() => mail('card_expiring', { exp_month })).toThrow('exp_month');
    }
  });

  it('a digest lists every invoice in order, with its period and what is still to pay', () => {
    const { text, html } = mail('billing_digest');
    for (const body of [text, seen(html)]) {
      expect(body).toMatch(/A7K2-0004 \(paid\).*A7K2-0005 \(open.*A7K2-0006 \(open/s);
      expect(body).toMatch(/Still to pay:?\s+\$40\.00/);
    }
  });

  it('a trial’s end says what happens to whoever has a card, has none, or pays by invoice', () => {
    expect(mail('trial_ending').text).toContain('charged to your Visa ending in 4242');
    const { card: _card, ...cardless } = emailExamples.trial_ending;
    const rendered = (data: unknown) =>
      renderEmail({ kind: 'trial_ending', data, customer: ada, links }).text;
    expect(rendered(cardless)).toContain('Add a payment method');
    expect(rendered({ ...cardless, paid_by_invoice: true })).toContain('send you an invoice');
  });

  it('a name that could advertise a link is not greeted', () => {
    for (const name of ['Win at http://spam.example', 'www.spam.example', '', 'x'.repeat(81)]) {
      expect(mail('welcome', {}, { name }).text).toContain('\nHello,\n');
    }
    expect(mail('welcome', {}, { name: 'Dr. J. R. O’Neill' }).text).toContain('Dr. J. R. O’Neill,');
  });
});

it('the text part of a receipt reads like a letter', () => {
  expect(mail('receipt', {}, { locale: 'en-GB' }).text).toBe(`Thank you for your payment
==========================

Hello Ada Lovelace,

We received your payment of US$15.00 for Pro (monthly).

Customer:        Ada Lovelace
Invoice number:  A7K2-0003
Plan:            Pro (monthly)
Billing period:  31 January 2026 – 28 February 2026
Amount:          US$15.00
Issue date:      31 January 2026 at 10:00 CET
Paid:            31 January 2026 at 10:00 CET
Payment method:  Visa ending in 4242

Pro (monthly) × 1:  US$18.00
VAT 20 %:           US$2.00
Total:              US$20.00
From your balance:  -US$5.00
Amount paid:        US$15.00

View your invoices:
https://billing.example.com/portal/

------------------------------------------------------------

Everbill · https://billing.example.com/portal/
Times are told in the time zone Europe/Berlin.
`);
});

describe('a mail about an invoice of Stripe Billing’s', () => {
  const hosted_url = 'https://invoice.stripe.com/i/acct_1/test_1?s=ap';

  it.each(['payment_failed', 'authentication_required', 'receipt'] as const)(
    '%s leads to Stripe’s own page of it, for the portal does not know it',
    (kind) => {
      const { html, text } = mail(kind, { hosted_url });
      expect(text).toContain(hosted_url);
      expect(html).toContain(`href="${hosted_url}"`);
      expect(mail(kind).text).not.toContain('stripe.com');
    },
  );

  it('leads nowhere but to a page of the web', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', '/pay/x', 'mailto:a@b.c']) {
      expect(() => mail('payment_failed', { hosted_url: bad })).toThrow(/url/i);
    }
  });
});
