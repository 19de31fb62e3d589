import type { Config } from '../../../platform/config';
import type { Seller } from '../../../templates/pages/render-page';

/** Who sends the invoices is who sends the mails about them: `Name <address>`, or an address alone. */
export function sellerOf({ MAIL_FROM }: Pick<Config, 'MAIL_FROM'>): Seller {
  const [, name = '', email = ''] = /^\s*(.*?)\s*<([^<>\s]+)>\s*$/.exec(MAIL_FROM) ?? [];
  const address = email === '' ? MAIL_FROM.trim() : email;
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(address);
  const words = name.replace(/^"(.*)"$/, '$1');
  return {
    name: words === '' ? (address.split('@')[1] ?? address) : words,
    email: isAddress ? address : undefined,
  };
}
