import { randomUUID } from 'node:crypto';
import { createAccountLinks } from '../../../platform/account-links';
import { createPayLinks } from '../../../platform/pay-links';

const PUBLIC_URL = 'https://billing.example.com';
const [old, young] = ['the old secret of 32 characters!', 'the new secret of 32 characters!'];
const id = randomUUID();

describe('a link in a mail', () => {
  it('is the same however often it is made, and read again', () => {
    const links = createAccountLinks({ JWT_SECRET: old });
    const path = links.pathFor('reset_password', id);
    expect(path).toMatch(/^\/portal\/reset-password\?token=[\w-]{56}$/);
    expect(createAccountLinks({ JWT_SECRET: old }).pathFor('reset_password', id)).toBe(path);
    expect(links.read(links.tokenOf(id))).toBe(id);
  });

  it('is not read when a single character is another', () => {
    const links = createAccountLinks({ JWT_SECRET: old });
    const token = links.tokenOf(id);
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(
        links.read(`${token.slice(0, index)}${other}${token.slice(index + 1)}`),
      ).toBeUndefined();
    }
  });

  it('works while the secret is being replaced, and no longer', () => {
    const token = createAccountLinks({ JWT_SECRET: old }).tokenOf(id);
    expect(createAccountLinks({ JWT_SECRET: `${young},${old}` }).read(token)).toBe(id);
    expect(createAccountLinks({ JWT_SECRET: young }).read(token)).toBeUndefined();
    const pay = createPayLinks({ JWT_SECRET: old, PUBLIC_URL }).pathFor(id).slice('/pay/'.length);
    const during = createPayLinks({ JWT_SECRET: `${young},${old}`, PUBLIC_URL });
    expect(during.read(pay)).toEqual({ invoiceId: id });
    expect(createPayLinks({ JWT_SECRET: young, PUBLIC_URL }).read(pay)).toBeUndefined();
    const newer = during.pathFor(id).slice('/pay/'.length);
    expect(createPayLinks({ JWT_SECRET: young, PUBLIC_URL }).read(newer)).toEqual({
      invoiceId: id,
    });
  });
});
