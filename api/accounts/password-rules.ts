import { commonPasswords } from './common-passwords';

/** What a password must not resemble. */
export interface PasswordOwner {
  email: string;
  username?: string | null;
  name?: string;
  firstName?: string;
  lastName?: string;
}

const minimumLength = 8;
const maximumSimilarity = 0.7;

/** Why a password is refused, in sentences; empty when it is good. The rules are Django's defaults. */
export function passwordProblems(password: string, owner: PasswordOwner): string[] {
  const resembled = resembledAttribute(password, owner);
  return [
    ...(resembled === undefined ? [] : [`The password is too similar to the ${resembled}.`]),
    ...(Array.from(password).length < minimumLength
      ? [`This password is too short. It must contain at least ${minimumLength} characters.`]
      : []),
    ...(commonPasswords.has(password.trim().toLowerCase()) ? ['This password is too common.'] : []),
    ...(/^\p{Nd}+$/u.test(password) ? ['This password is entirely numeric.'] : []),
  ];
}

function resembledAttribute(password: string, owner: PasswordOwner): string | undefined {
  const attributes: [string, string | null | undefined][] = [
    ['username', owner.username],
    ['first name', owner.firstName],
    ['last name', owner.lastName],
    ['name', owner.name],
    ['email address', owner.email],
  ];
  const typed = password.toLowerCase();
  const found = attributes.find(([, value]) =>
    parts(value ?? '').some((part) => isSimilar(typed, part)),
  );
  return found?.[0];
}

/** The whole value and each of its words, the mailbox and the domain of an address among them. */
function parts(value: string): string[] {
  const whole = value.toLowerCase();
  return [...whole.split(/[^\p{L}\p{N}_]+/u), whole].filter((part) => part !== '');
}

/** A short word inside a long password does not make them similar. */
function isSimilar(password: string, part: string): boolean {
  const tooDifferentInLength =
    password.length >= 10 * part.length && part.length < (maximumSimilarity / 2) * password.length;
  return !tooDifferentInLength && similarity(password, part) >= maximumSimilarity;
}

/** The share of characters, counted with repetition, that two texts have in common: 0 to 1. */
function similarity(a: string, b: string): number {
  const counts = new Map<string, number>();
  for (const character of b) counts.set(character, (counts.get(character) ?? 0) + 1);
  let shared = 0;
  for (const character of a) {
    const left = counts.get(character) ?? 0;
    if (left > 0) shared += 1;
    counts.set(character, left - 1);
  }
  return (2 * shared) / (a.length + b.length);
}
