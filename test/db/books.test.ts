import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { QueryTypes } from 'sequelize';
import { checkBooks, findingsOf, totalsOf } from '../../db/books/checks';
import type { Column } from '../../db/books/check';
import { journalCsv } from '../../db/books/journal';
import { openDatabase, type Database } from '../../db/database';
import { createTestDatabase } from '../support/databases';
import { keepEvilInvoice, keepSoundBooks, type SoundBooks } from './books-fixture';

let database: Database;
let url: string;
let drop: () => Promise<void>;
let books: SoundBooks;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = () => made.drop();
  url = made.url;
  database = openDatabase({ url: made.url });
  books = await keepSoundBooks(database);
});
afterAll(async () => {
  await database.close();
  await drop();
});

/** What the checks find once `damage` was done, which is then undone. Constraints are off meanwhile. */
async function foundAfter(damage: string): Promise<{ checks: string[]; ids: string[] }> {
  const { sequelize } = database;
  const transaction = await sequelize.transaction();
  try {
    await sequelize.query('set local session_replication_role = replica', { transaction });
    const [, result] = await sequelize.query(damage, { transaction });
    if (JSON.stringify(result).includes('"rowCount":0')) throw new Error('nothing was damaged');
    const findings = await findingsOf((sql) =>
      sequelize.query<Record<string, Column>>(sql, { transaction, type: QueryTypes.SELECT }),
    );
    return {
      checks: [...new Set(findings.map(({ check }) => check))],
      ids: findings.flatMap(({ ids }) => Object.values(ids)),
    };
  } finally {
    await transaction.rollback();
  }
}

describe('sound books', () => {
  it('are found sound', async () => {
    expect(await checkBooks(database)).toEqual([]);
    expect(await totalsOf(database)).toEqual({
      invoices: 5,
      entries: 16,
      turnover: [{ currency: 'usd', amountMinor: 12_500n }],
    });
  });
});

const entry = (occasion: string) =>
  `(select id from ledger_entries where occasion = '${occasion}')`;
const half = 'update ledger_postings set amount_minor = amount_minor + 1';

/** A second entry like one that is there, under another occasion. */
const again = (occasion: string, kind: string) => `
  with entry as (
    insert into ledger_entries (id, occasion, kind, currency, invoice_id, user_id, at)
    select gen_random_uuid(), 'again', '${kind}', currency, invoice_id, user_id, at
    from ledger_entries where occasion = '${occasion}' returning id)
  insert into ledger_postings (entry_id, account, amount_minor)
  select entry.id, account, amount_minor from entry, ledger_postings
  where entry_id = ${entry(occasion)}`;

describe('damage is found:', () => {
  it.each<[string, string, (sound: SoundBooks) => string]>([
    [
      'an entry that does not balance',
      'entry_balances',
      ({ paid }) => `${half} where account = 'tax' and entry_id = ${entry(`invoice/${paid.id}`)}`,
    ],
    [
      'an entry without postings',
      'entry_has_postings',
      ({ paid }) => `delete from ledger_postings where entry_id = ${entry(`payment/${paid.id}`)}`,
    ],
    [
      'a currency that does not sum to zero',
      'currency_balances',
      ({ paid }) => `${half} where account = 'cash' and entry_id = ${entry(`payment/${paid.id}`)}`,
    ],
    [
      'an entry in another currency than its invoice',
      'entry_is_of_its_invoice',
      ({ paid }) =>
        `update ledger_entries set currency = 'eur' where occasion = 'invoice/${paid.id}'`,
    ],
    [
      'an issued invoice that nothing was claimed for',
      'claim_is_posted',
      ({ open }) => `delete from ledger_entries where occasion = 'invoice/${open.id}'`,
    ],
    [
      'a claim for what was never issued',
      'claim_has_its_invoice',
      ({ open }) =>
        `update ledger_entries set invoice_id = null where occasion = 'invoice/${open.id}'`,
    ],
    [
      'revenue that no invoice has',
      'revenue_agrees',
      ({ paid }) => again(`invoice/${paid.id}`, 'adjustment'),
    ],
    [
      'tax that no invoice has',
      'tax_agrees',
      ({ paid }) => again(`invoice/${paid.id}`, 'adjustment'),
    ],
    [
      'a void invoice that still is revenue',
      'revenue_agrees',
      ({ voided }) => `delete from ledger_entries where occasion = 'void/${voided.id}'`,
    ],
    [
      'an open invoice of which the ledger wants less',
      'receivable_agrees',
      ({ open }) => `update invoices set amount_credited_minor = 1 where id = '${open.id}'`,
    ],
    [
      'a paid invoice that is still claimed',
      'receivable_agrees',
      ({ paid }) => `delete from ledger_entries where occasion = 'payment/${paid.id}'`,
    ],
    [
      'a write-off that was not posted',
      'write_off_agrees',
      ({ uncollectible }) =>
        `delete from ledger_entries where occasion = 'write-off/${uncollectible.id}'`,
    ],
    [
      'a paid invoice that is not settled',
      'paid_is_settled',
      ({ open }) => `update invoices set status = 'paid' where id = '${open.id}'`,
    ],
    [
      'lines that are not the subtotal',
      'lines_sum_up',
      ({ open }) =>
        `update invoice_lines set amount_minor = amount_minor + 1 where invoice_id = '${open.id}'`,
    ],
    [
      'a tax that its rates do not explain',
      'lines_sum_up',
      ({ paid }) => `update invoice_lines set taxes = '[]' where invoice_id = '${paid.id}'`,
    ],
    [
      'an exclusive tax that is in the lines already',
      'lines_sum_up',
      ({ paid }) =>
        `update invoice_lines set taxes = jsonb_set(taxes, '{0,inclusive}', 'true') where invoice_id = '${paid.id}'`,
    ],
    [
      'an amount due that is not the total less the balance',
      'due_is_total_less_credit',
      ({ open }) =>
        `update invoices set amount_due_minor = amount_due_minor + 1 where id = '${open.id}'`,
    ],
    [
      'a gap in the numbers',
      'numbers_have_no_gap',
      ({ voided }) => `update invoices set number = 'TEST-0099' where id = '${voided.id}'`,
    ],
    [
      'a number that was taken and lost',
      'numbers_have_no_gap',
      () =>
        `update users set last_invoice_number = last_invoice_number + 1 where last_invoice_number > 0`,
    ],
    [
      'a credit note that was not posted',
      'credit_note_is_posted',
      ({ note }) => `delete from ledger_entries where occasion = 'credit-note/${note}'`,
    ],
    [
      'a posted credit note that is not there',
      'credit_entry_has_its_note',
      ({ note }) => `delete from credit_notes where id = '${note}'`,
    ],
    [
      'a credit note that is not the sum of its lines',
      'credit_note_lines_sum_up',
      ({ note }) =>
        `update credit_note_lines set net_minor = net_minor - 1 where credit_note_id = '${note}'`,
    ],
    [
      'more credited than there was',
      'credited_at_most_the_total',
      ({ note }) =>
        `update credit_notes set net_minor = 9939, tax_minor = 60, total_minor = 9999, to_balance_minor = 9879 where id = '${note}'`,
    ],
    [
      'a credit that its invoice does not know',
      'credited_agrees',
      ({ note }) =>
        `update credit_notes set to_invoice_minor = 1, to_balance_minor = to_balance_minor - 1 where id = '${note}'`,
    ],
    [
      'a credit to the card that was never sent',
      'card_credit_is_refunded',
      () => `delete from refunds where reason = 'credit_note'`,
    ],
    [
      'cash that nobody paid',
      'cash_agrees',
      ({ paid }) =>
        `update payment_attempts set status = 'failed' where invoice_id = '${paid.id}' and status = 'succeeded'`,
    ],
    [
      'money elsewhere that no invoice was marked for',
      'bank_agrees',
      ({ outOfBand }) =>
        `update invoices set paid_out_of_band = false where id = '${outOfBand.id}'`,
    ],
    [
      'suspense that no refund explains',
      'suspense_agrees',
      () => `delete from refunds where reason = 'credit_note'`,
    ],
    [
      'an invoice that was paid twice',
      'paid_once',
      ({ paid }) => again(`payment/${paid.id}`, 'payment_received'),
    ],
    [
      'a payment without an attempt',
      'payment_has_its_source',
      ({ paid }) => `delete from payment_attempts where invoice_id = '${paid.id}'`,
    ],
    [
      'a succeeded attempt that was not posted',
      'succeeded_attempt_is_posted',
      ({ open }) =>
        `update payment_attempts set status = 'succeeded' where invoice_id = '${open.id}'`,
    ],
    [
      'a refund that was not posted',
      'refund_is_posted',
      () => `delete from ledger_entries where kind = 'surplus_refunded'`,
    ],
    [
      'a refund that failed and is posted all the same',
      'refund_is_posted',
      () => `update refunds set status = 'failed' where reason = 'surplus'`,
    ],
    [
      'a refund that its invoice does not know',
      'refunded_agrees',
      () => `update refunds set stripe_refund_id = 're_2' where reason = 'credit_note'`,
    ],
    [
      'a posted refund that is not there',
      'refund_entry_has_its_refund',
      () => `delete from refunds where reason = 'surplus'`,
    ],
    [
      'a dispute whose money is not booked',
      'dispute_is_posted',
      () => `delete from ledger_entries where occasion = 'dispute/du_open/txn_1'`,
    ],
    [
      'a lost dispute that is no loss',
      'dispute_is_posted',
      () => `delete from ledger_entries where occasion like 'dispute-loss/du_lost/%'`,
    ],
    [
      'money that a bank gave back, and still holds by the ledger',
      'cash_agrees',
      () => `update disputes set status = 'won', withdrawn_minor = 0 where id = 'du_open'`,
    ],
    [
      'a booked dispute that is not there',
      'dispute_entry_has_its_dispute',
      () => `delete from disputes where id = 'du_lost'`,
    ],
    [
      'money held that no dispute explains',
      'disputed_agrees',
      () => again('dispute/du_open/txn_1', 'dispute_withdrawn'),
    ],
    [
      'a loss that no dispute explains',
      'dispute_losses_agree',
      () => again('dispute-loss/du_lost/1/lost', 'dispute_lost'),
    ],
    [
      'a balance that the ledger does not know',
      'balance_agrees',
      () => `update balance_transactions set amount_minor = amount_minor + 5`,
    ],
    [
      'a balance moved by the wrong invoice',
      'balance_agrees_per_invoice',
      ({ open }) =>
        `update balance_transactions set invoice_id = '${open.id}' where kind = 'credit_note'`,
    ],
    [
      'a balance applied that was not taken',
      'credit_applied_agrees',
      () => `delete from balance_transactions where kind = 'applied_to_invoice'`,
    ],
    [
      'a gap between periods',
      'periods_tile',
      () =>
        `update subscription_cycles set period_start = period_start + interval '1 hour' where cycle = 2`,
    ],
    [
      'a cycle that was left out',
      'periods_tile',
      () => `update subscription_cycles set cycle = 7 where cycle = 3`,
    ],
    [
      'a current cycle that was not recorded',
      'current_cycle_is_recorded',
      () => `delete from subscription_cycles where cycle = 3`,
    ],
    [
      'a cycle that was never invoiced',
      'billed_cycle_has_its_invoice',
      ({ paid }) => `update invoices set reason = 'manual' where id = '${paid.id}'`,
    ],
    [
      'an invoice for a cycle that was skipped',
      'cycle_invoice_has_its_cycle',
      () => `update subscription_cycles set outcome = 'skipped' where cycle = 1`,
    ],
  ])('%s', async (_, expected, damage) => {
    const { checks } = await foundAfter(damage(books));
    expect(checks).toContain(expected);
  });

  it('with the ids of what it is about, and a sentence with amounts', async () => {
    const damage = `delete from ledger_entries where occasion = 'write-off/${books.uncollectible.id}'`;
    expect((await foundAfter(damage)).ids).toContain(books.uncollectible.id);
  });
});

describe('the journal', () => {
  const read = async (range: { from?: string; to?: string } = {}) => {
    const pages: string[] = [];
    for await (const page of journalCsv(database, range)) pages.push(page);
    return pages.join('');
  };
  const records = (csv: string) =>
    csv
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(','));

  it('has one record per posting, whose debits are their credits, with names an accountant knows', async () => {
    const csv = await read();
    expect(csv.split('\r\n')[0]).toBe(
      'entry,date,description,account,account name,debit,credit,currency,invoice,customer',
    );
    const cents = (text: string | undefined) => Number((text ?? '').replace('.', '') || 0);
    const sums = [5, 6].map((column) =>
      records(csv.replaceAll(/"[^"]*"/g, 'text')).reduce((sum, row) => sum + cents(row[column]), 0),
    );
    expect(sums).toEqual([12_500, 12_500]);
    expect(csv).toMatch(
      /Dispute withdrawn, invoice TEST-0001",1030,Held by banks for disputes,3\.00,,USD/,
    );
    expect(csv).toMatch(/Dispute lost, invoice TEST-0001",6910,Disputes lost,2\.00,,USD/);
    expect(csv).toContain(
      `2026-01-01T00:00:00.000Z,"Invoice issued, invoice TEST-0001",1100,Accounts receivable,12.00,,USD,TEST-0001,${books.userId}`,
    );
  });

  it('includes where it begins and not where it ends, and says the same each time', async () => {
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
    const dates = (await read(range)).match(/\d{4}-\d{2}-\d{2}T[^,]*/g) ?? [];
    expect(new Set(dates)).toEqual(new Set(['2026-01-01T00:00:00.000Z']));
    expect(await read()).toBe(await read());
  });

  it('gives its connection back when nobody reads on', async () => {
    for (let times = 0; times < 12; times += 1) {
      for await (const _ of journalCsv(database)) break;
    }
    expect(await database.users.count()).toBeGreaterThan(0);
  });

  it('is quoted as RFC 4180 says, and a spreadsheet never takes text for a formula', async () => {
    const evil = await keepEvilInvoice(database);
    const csv = await read({ from: evil });
    expect(csv).toContain(`"'=HYPERLINK(""x"")-0001"`);
    expect(csv).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

describe('npm run books', () => {
  const root = join(__dirname, '../..');
  const run = (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: url };
    const program = ['--import', 'tsx', join(root, 'scripts/books.ts'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, env });
    return { status, out: String(stdout), err: String(stderr) };
  };

  it('says how much agrees, and fails when something does not', async () => {
    const sound = run();
    expect(sound).toMatchObject({ status: 0, err: '' });
    expect(sound.out).toMatch(/^The books agree: \d+ invoices, \d+ entries, [\d.]+ usd\n$/);
    await database.users.update({ lastInvoiceNumber: 99 }, { where: { id: books.userId } });
    const damaged = run('check');
    await database.users.update({ lastInvoiceNumber: 5 }, { where: { id: books.userId } });
    expect(damaged.status).toBe(1);
    expect(damaged.out).toContain(
      `numbers_have_no_gap: The invoice numbers of customer ${books.userId}`,
    );
    expect(damaged.out).toContain('The books do not agree: 1 finding.');
  });

  it('writes the journal of some days', () => {
    const { status, out } = run('journal', '--from', '2026-02-01', '--to', '2026-03-01');
    expect(status).toBe(0);
    expect(out.split('\r\n')[0]).toMatch(/^entry,date/);
    expect(new Set(out.match(/2026-\d\d-\d\d/g))).toEqual(new Set(['2026-02-01']));
  });

  it.each([[['journal', '--from', 'soon']], [['audit']], [['--for', 'fun']]])(
    'says how it is used when it is asked %j',
    (args) => {
      const { status, out, err } = run(...args);
      expect([status, out]).toEqual([1, '']);
      expect(err).not.toBe('');
    },
  );
});
