import { ApiError, docUrl } from '../errors';
import { EXPIRED_CARD, instrumentByNumber, NOT_A_TEST_CARD, type Instrument } from '../outcomes';
import { declineError } from './declines';

export interface TypedCard {
  number: string;
  exp_month: number;
  exp_year: number;
}

/**
 * The test card that a number typed by a person stands for.
 *
 * @param now whole seconds since 1970
 * @throws ApiError 402 incorrect_number, invalid_expiry_month, invalid_expiry_year, or the decline of a
 *   number that is no test card
 */
export function recogniseCard(card: TypedCard, now: number): Instrument {
  const number = card.number.replaceAll(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    throw mistyped('incorrect_number', 'Your card number is incorrect.', 'number');
  }
  if (card.exp_month < 1 || card.exp_month > 12) {
    throw mistyped('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  const year = card.exp_year < 100 ? 2000 + card.exp_year : card.exp_year;
  if (hasExpired({ exp_month: card.exp_month, exp_year: year }, now)) {
    throw mistyped('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  const instrument = instrumentByNumber(number);
  if (instrument === undefined) {
    throw new ApiError(402, declineError(NOT_A_TEST_CARD));
  }
  return instrument;
}

/** Whether the card's last month is over. */
export function hasExpired(card: { exp_month: number; exp_year: number }, now: number): boolean {
  return Date.UTC(card.exp_year, card.exp_month, 1) / 1000 <= now;
}

/** The refusal of a card after its last month. */
export const expired = EXPIRED_CARD;

function mistyped(code: string, message: string, param: string): ApiError {
  return new ApiError(402, { type: 'card_error', code, message, param, doc_url: docUrl(code) });
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of number.split('').toReversed().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
