import { z } from 'zod';
import { email, id, instant, secret, text } from '../../http/fields';

export const signUpRequest = z.object({
  body: z.object({ name: text(150), email, password: secret }),
});

export const logInRequest = z.object({ body: z.object({ email, password: secret }) });

const account = z.object({ id, name: z.string(), email: z.string() });
const tokens = { access: z.jwt(), refresh: z.jwt() };

export const signedUp = z.object({ user: account, ...tokens });
export const loggedIn = z.object({
  user: account.extend({ created_at: instant, updated_at: instant }),
  ...tokens,
});
