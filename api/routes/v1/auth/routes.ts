import { z } from 'zod';
import { forgotPassword, resetPassword } from '../../../commands/reset-password';
import { resendVerification, verifyEmail } from '../../../commands/verify-email';
import { email, secret, text } from '../../../http/fields';
import { answer, nothing, ok, route } from '../../../http/route';

const tags = ['Accounts'];
const done = z.object({ message: z.string() });
const token = text(200).describe('From the link in the mail.');

/** What an account needs besides logging in. */
export const accountRoutes = [
  route({
    method: 'post',
    path: '/api/v1/auth/verify-email',
    auth: 'open',
    summary: 'Confirm an email address by the link that was mailed to it',
    description: 'A link works once, for 72 hours, until a newer one is mailed.',
    tags,
    request: z.object({ body: z.strictObject({ token }) }),
    responses: { 200: done },
    problems: [429],
    async handler({ body, http }, dependencies) {
      await verifyEmail(dependencies, body.token, http.address);
      return ok({ message: 'Email address confirmed.' });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/auth/resend-verification',
    auth: 'user',
    summary: 'Get another link to confirm your email address',
    description: 'The older one works no more. Who has confirmed already gets none.',
    tags,
    request: nothing,
    responses: { 202: done },
    async handler({ principal: { user } }, dependencies) {
      await resendVerification(dependencies, user);
      return answer(202 as const, { message: 'If it is still needed, a link is on its way.' });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/auth/forgot-password',
    auth: 'open',
    summary: 'Get a link to set a new password',
    description:
      'The answer is the same, after the same time, whether the address has an account or not.',
    tags,
    request: z.object({ body: z.strictObject({ email }) }),
    responses: { 202: done },
    problems: [429],
    async handler({ body, http }, dependencies) {
      await forgotPassword(dependencies, body.email, http.address);
      return answer(202 as const, {
        message: 'If there is such an account, a link is on its way.',
      });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/auth/reset-password',
    auth: 'open',
    summary: 'Set a new password by the link that was mailed',
    description:
      'A link works once, for one hour, until a newer one is mailed. Every session ends.',
    tags,
    request: z.object({ body: z.strictObject({ token, password: secret }) }),
    responses: { 200: done },
    problems: [429],
    async handler({ body, http }, dependencies) {
      await resetPassword(dependencies, body, http.address);
      return ok({ message: 'Password changed: log in with the new one.' });
    },
  }),
];
