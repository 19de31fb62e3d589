import { z } from 'zod';
import { email, id, instant, optionalText, secret, text } from '../../http/fields';

const username = text(150).regex(
  /^[\w.@+-]+$/,
  'Enter a valid username: letters, numbers, and @/./+/-/_ characters.',
);
const refresh = text(4096);

const samePassword = (field: 'password_confirm' | 'new_password_confirm') => ({
  path: [field],
  message: 'The two passwords do not match.',
});

export const registerRequest = z.object({
  body: z
    .object({
      email,
      username,
      first_name: optionalText(150).default(''),
      last_name: optionalText(150).default(''),
      password: secret,
      password_confirm: secret,
    })
    .refine((body) => body.password === body.password_confirm, samePassword('password_confirm')),
});

export const logInRequest = z.object({ body: z.object({ email, password: secret }) });
export const refreshRequest = z.object({ body: z.object({ refresh }) });

export const profileRequest = z.object({
  body: z.object({
    first_name: optionalText(150).optional(),
    last_name: optionalText(150).optional(),
    username: username.optional(),
  }),
});

export const changePasswordRequest = z.object({
  body: z
    .object({ old_password: secret, new_password: secret, new_password_confirm: secret })
    .refine(
      (body) => body.new_password === body.new_password_confirm,
      samePassword('new_password_confirm'),
    ),
});

export const profile = z.object({
  id,
  email: z.string(),
  username: z.string().nullable(),
  first_name: z.string(),
  last_name: z.string(),
  subscription_status: z.string(),
  created_at: instant,
});

const tokens = z.object({ access: z.jwt(), refresh: z.jwt() });
export const authenticated = z.object({ message: z.string(), user: profile, tokens });
export const refreshed = tokens;
export const done = z.object({ message: z.string() });
