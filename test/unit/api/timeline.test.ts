import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isTold, tell } from '../../../api/presenters/timeline';
import { root } from '../../../scripts/stack/node-program';

/** Every type that the sources record events of. */
function recordedTypes(): string[] {
  return ['activities', 'activities/mirror', 'api/commands/operator'].flatMap((folder) => {
    const path = join(root, folder);
    const files = readdirSync(path).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => typesIn(readFileSync(join(path, file), 'utf8')));
  });
}

function typesIn(source: string): string[] {
  const calls = source.matchAll(/recordEvent\(\s*[^,]+,\s*[^,]+,\s*(?:'(\w+)'|`(\w+)_\$|(\w+))/g);
  return [...calls].flatMap(([call, type, stem, variable]) => {
    if (type !== undefined) return [type];
    if (stem === 'payment') return ['payment_processing', 'payment_requires_action'];
    const [, union = ''] = new RegExp(`${variable}: ((?:'\\w+'[ |]*)+)`).exec(source) ?? [];
    const named = [...union.matchAll(/\w+/g)].map(([word]) => word);
    if (named.length === 0) throw new Error(`This test does not know what ${call} records.`);
    return named;
  });
}

describe('The timeline', () => {
  it('has a sentence for every event that is ever recorded', () => {
    const types = recordedTypes();
    expect(types.length).toBeGreaterThan(25);
    expect([...new Set(types)].filter((type) => !isTold(type))).toEqual([]);
  });

  it('tells days as they are where the subscription is', () => {
    const paused = { type: 'paused', data: { resume_at: '2031-01-31T20:00:00.000Z' } };
    expect(tell(paused, 'Asia/Tokyo')).toBe('It was paused until 2031-02-01.');
    expect(tell(paused, 'UTC')).toBe('It was paused until 2031-01-31.');
  });

  it('lists what an invoice is made of, so that it adds up to what is due', () => {
    const data = {
      number: 'A-1',
      currency: 'usd',
      period_start: '2031-01-01T00:00:00.000Z',
      period_end: '2031-02-01T00:00:00.000Z',
      lines: [
        { description: 'Unused time of Basic', amount: '-500' },
        { description: '2 × Pro', amount: '2000' },
      ],
      discount: '200',
      tax: '230',
      total: '1430',
      credit_applied: '430',
      amount_due: '1000',
    };
    expect(tell({ type: 'invoice_issued', data })).toBe(
      'Invoice A-1 over $14.30 was issued for 2031-01-01 to 2031-02-01: Unused time of Basic -$5.00; 2 × Pro $20.00; discount -$2.00; tax $1.30; tax included $1.00; from the balance -$4.30; due $10.00.',
    );
    const debt = { ...data, credit_applied: '-30', amount_due: '1460' };
    expect(tell({ type: 'invoice_issued', data: debt })).toContain(
      'debt on the balance $0.30; due $14.60.',
    );
  });

  it.each([
    [{ charged: '500' }, 'Changed from Basic to 3 × Pro: $5.00 for the rest of the period.'],
    [{ charged: '-500' }, 'Changed from Basic to 3 × Pro: $5.00 went to the balance.'],
    [{ charged: '0' }, 'Changed from Basic to 3 × Pro; nothing was due for it.'],
    [{}, 'Changed from Basic to 3 × Pro.'],
  ])('says what a change has cost (%j)', (cost, sentence) => {
    const change = { from_plan: 'Basic', from_quantity: 1, to_plan: 'Pro', to_quantity: 3 };
    const data = { ...change, currency: 'usd', ...cost };
    expect(tell({ type: 'plan_changed', data })).toBe(sentence);
  });

  it.each(['withdrawn', 'declined', 'not_paid', 'replaced', 'ended'])(
    'says in words why a change was dropped: %s',
    (reason) => {
      const text = tell({ type: 'change_dropped', data: { reason } });
      expect(text).toMatch(/: [a-z]+ (?!$)[a-z ]+\.$/);
      expect(text).not.toContain(`: ${reason}`);
    },
  );

  it('tells of a dispute how long there is to answer it, and how it ended', () => {
    const data = {
      invoice_number: 'A-1',
      amount: '1000',
      currency: 'usd',
      reason: 'product_not_received',
      evidence_due_by: '2031-02-01T20:00:00.000Z',
    };
    expect(tell({ type: 'disputed', data }, 'Asia/Tokyo')).toBe(
      'The payment of $10.00 for invoice A-1 is disputed (product not received): the bank holds the money. Evidence is due by 2031-02-02.',
    );
    expect(tell({ type: 'dispute_lost', data })).toBe(
      'The dispute of $10.00 for invoice A-1 was lost: the bank keeps the money, and the invoice stays paid.',
    );
  });

  it('says of a refund that somebody made it in Stripe’s dashboard, and what the balance lost by it', () => {
    const data = { invoice_number: 'A-1', amount: '1000', currency: 'usd', reason: 'dashboard' };
    expect(tell({ type: 'refunded', data })).toBe(
      '$10.00 was sent back to the card for invoice A-1 in Stripe’s dashboard.',
    );
    const note = { ...data, number: 'A-1-CN2', amount: '400', to_card: '1000', to_balance: '-600' };
    expect(tell({ type: 'credited', data: note })).toBe(
      '$4.00 of invoice A-1 was credited (credit note A-1-CN2): $6.00 from the balance again, $10.00 back to the card.',
    );
  });

  it('still says something of an event that it does not know', () => {
    expect(tell({ type: 'moon_phase', data: {} })).toBe('Moon phase.');
  });
});
