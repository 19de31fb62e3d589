import type Stripe from 'stripe';
import { createHash } from 'node:crypto';
import { invalidRequest } from '../errors';
import type { billingDetails } from '../http/parameters';
import { instrumentByNumber, instrumentByToken, type Instrument } from '../outcomes';
import { wholeAddress } from '../resources/lookup';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import type { z } from 'zod';
import { recogniseCard } from './card-numbers';

export interface Holder {
  billing: z.output<typeof billingDetails> | undefined;
  metadata: Stripe.Metadata;
}

export interface CardInput {
  number?: string | undefined;
  exp_month?: number | undefined;
  exp_year?: number | undefined;
  cvc?: string | undefined;
  token?: string | undefined;
}

const NOBODY: Holder = { billing: undefined, metadata: {} };

/**
 * Makes a new payment method of a test token such as `pm_card_visa`; every use of a token makes another one.
 *
 * @returns null when the text is no test token
 */
export function mintFromToken(scope: Scope, token: string): PaymentMethodRow | null {
  const instrument = /^pm_(card|usBankAccount)_/.test(token) ? instrumentByToken(token) : undefined;
  return instrument === undefined ? null : mint(scope, instrument, NOBODY, {});
}

/**
 * Makes a new payment method of a typed card or of `card[token]`.
 *
 * @throws ApiError 402 for a mistyped card, 400 for a missing member or an unknown token
 */
export function mintFromCard(scope: Scope, card: CardInput, holder: Holder): PaymentMethodRow {
  if (card.token !== undefined) {
    const instrument = instrumentByToken(card.token);
    if (instrument === undefined) {
      throw invalidRequest(`No such token: '${card.token}'`, {
        code: 'resource_missing',
        param: 'card[token]',
      });
    }
    return mint(scope, instrument, holder, {});
  }
  const { number, exp_month, exp_year } = card;
  if (number === undefined || exp_month === undefined || exp_year === undefined) {
    const param =
      number === undefined ? 'number' : exp_month === undefined ? 'exp_month' : 'exp_year';
    throw invalidRequest(`Missing required param: card[${param}].`, {
      code: 'parameter_missing',
      param: `card[${param}]`,
    });
  }
  const instrument = recogniseCard({ number, exp_month, exp_year }, scope.seconds());
  const year = exp_year < 100 ? 2000 + exp_year : exp_year;
  return mint(scope, instrument, holder, { exp_month, exp_year: year });
}

/** Makes a new payment method of a bank account; the account number `000123456789` pays, others do not. */
export function mintBankAccount(
  scope: Scope,
  accountNumber: string | undefined,
  holder: Holder,
): PaymentMethodRow {
  const name = BANK_ACCOUNTS[accountNumber ?? '000123456789'];
  const instrument = instrumentByNumber(name ?? 'usBankAccount_success');
  if (name === undefined || instrument === undefined) {
    throw invalidRequest('You must use a test bank account number in test mode.', {
      param: 'us_bank_account[account_number]',
    });
  }
  return mint(scope, instrument, holder, {});
}

/** Test account numbers of https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers */
const BANK_ACCOUNTS: Readonly<Record<string, string>> = {
  '000123456789': 'usBankAccount_success',
  '000111111113': 'usBankAccount_accountClosed',
  '000222222227': 'usBankAccount_insufficientFunds',
  '000333333335': 'usBankAccount_debitNotAuthorized',
  '000000000009': 'usBankAccount_processing',
};

function mint(
  scope: Scope,
  instrument: Instrument,
  holder: Holder,
  expiry: { exp_month?: number; exp_year?: number },
): PaymentMethodRow {
  const { payment_methods } = scope.store.tables;
  const object: Stripe.PaymentMethod = {
    id: scope.ids.mint('pm', (id) => payment_methods.has(id)),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingOf(holder),
    created: scope.seconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: holder.metadata,
    type: instrument.kind,
    ...(instrument.kind === 'card'
      ? { card: cardOf(scope, instrument, expiry) }
      : { us_bank_account: bankAccountOf(instrument) }),
  };
  const row = { object, instrument: instrument.number, setUp: false, spent: false };
  payment_methods.put(object.id, row);
  return row;
}

function billingOf(holder: Holder): Stripe.PaymentMethod.BillingDetails {
  const { billing } = holder;
  return {
    address: wholeAddress(billing?.address ?? {}),
    email: billing?.email ?? null,
    name: billing?.name ?? null,
    phone: billing?.phone ?? null,
    tax_id: null,
  };
}

/** Tokens stand for cards that are good for some years yet. */
const YEARS_OF_A_TEST_CARD = 5;

function cardOf(
  scope: Scope,
  instrument: Instrument,
  expiry: { exp_month?: number; exp_year?: number },
): Stripe.PaymentMethod.Card {
  const year = new Date(scope.seconds() * 1000).getUTCFullYear();
  return {
    brand: instrument.brand,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: instrument.charge?.code === 'incorrect_cvc' ? 'fail' : 'pass',
    },
    country: instrument.country,
    display_brand: instrument.brand,
    exp_month: expiry.exp_month ?? 12,
    exp_year: expiry.exp_year ?? year + YEARS_OF_A_TEST_CARD,
    fingerprint: fingerprint(instrument.number),
    funding: instrument.funding,
    generated_from: null,
    last4: instrument.number.slice(-4),
    networks: { available: [instrument.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}

function bankAccountOf(instrument: Instrument): Stripe.PaymentMethod.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    financial_connections_account: null,
    fingerprint: fingerprint(instrument.number),
    last4: '6789',
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  };
}

/** The same for every payment method of one card, as Stripe's is. */
function fingerprint(number: string): string {
  return createHash('sha256').update(`card ${number}`).digest('base64url').slice(0, 16);
}
