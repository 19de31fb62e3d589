import { endSessionOf, rotate } from '../../accounts/sessions';
import { changePassword, changeProfile } from '../../commands/change-profile';
import { logIn } from '../../commands/log-in';
import { signUp } from '../../commands/sign-up';
import { Problem, invalidField, invalidRequest } from '../../http/problem';
import { created, nothing, ok, route } from '../../http/route';
import { presentProfile } from './presenter';
import {
  authenticated,
  changePasswordRequest,
  done,
  logInRequest,
  profile,
  profileRequest,
  refreshRequest,
  refreshed,
  registerRequest,
} from './schemas';

const tags = ['Auth'];

/** Accounts as the second of the two Django systems offered them. */
export const authRoutes = [
  route({
    method: 'post',
    path: '/api/auth/register/',
    auth: 'open',
    summary: 'Open an account',
    tags,
    request: registerRequest,
    responses: { 201: authenticated },
    problems: [429],
    async handler({ body, http }, dependencies) {
      const { email, username, password, first_name: firstName, last_name: lastName } = body;
      const name = `${firstName} ${lastName}`.trim() || username;
      const { address } = http;
      const account = { email, username, password, firstName, lastName, name, address };
      const { user, tokens } = await signUp(dependencies, account, 'auth');
      const presented = await presentProfile(dependencies.database, user);
      return created({ message: 'Registration successful.', user: presented, tokens });
    },
  }),

  route({
    method: 'post',
    path: '/api/auth/login/',
    auth: 'open',
    summary: 'Log in',
    tags,
    request: logInRequest,
    responses: { 200: authenticated },
    problems: [429],
    async handler({ body, http }, dependencies) {
      const attempt = { ...body, address: http.address };
      const { user, tokens } = await logIn(dependencies, attempt, 'auth', wrongLogin);
      const presented = await presentProfile(dependencies.database, user);
      return ok({ message: 'Login successful.', user: presented, tokens });
    },
  }),

  route({
    method: 'post',
    path: '/api/auth/logout/',
    auth: 'user',
    summary: 'Log out',
    description: 'Ends the whole session that the refresh token belongs to, at once.',
    tags,
    request: refreshRequest,
    responses: { 200: done },
    async handler({ body, principal: { user } }, dependencies) {
      if (!(await endSessionOf(dependencies, user.id, body.refresh))) {
        throw invalidField('refresh', 'Token is invalid or expired', 'token_not_valid');
      }
      return ok({ message: 'Logged out successfully.' });
    },
  }),

  route({
    method: 'post',
    path: '/api/auth/token/refresh/',
    auth: 'open',
    summary: 'Change a refresh token for new tokens',
    description: 'A refresh token works once. Using it again ends its whole session.',
    tags,
    request: refreshRequest,
    responses: { 200: refreshed },
    problems: [401, 429],
    async handler({ body, http }, dependencies) {
      const tokens = await rotate(dependencies, body.refresh, 'auth', http.address);
      if (tokens === undefined) {
        throw new Problem(401, 'token_not_valid', 'Token is invalid or expired');
      }
      return ok(tokens);
    },
  }),

  route({
    method: 'get',
    path: '/api/auth/profile/',
    auth: 'user',
    summary: 'See your profile',
    tags,
    request: nothing,
    responses: { 200: profile },
    handler: async ({ principal: { user } }, { database }) =>
      ok(await presentProfile(database, user)),
  }),

  route({
    method: 'patch',
    path: '/api/auth/profile/',
    auth: 'user',
    summary: 'Change your names',
    description: 'Other fields are read-only and ignored.',
    tags,
    request: profileRequest,
    responses: { 200: profile },
    async handler({ body, principal }, dependencies) {
      const changes = {
        firstName: body.first_name,
        lastName: body.last_name,
        username: body.username,
      };
      const user = await changeProfile(dependencies, principal.user, changes);
      return ok(await presentProfile(dependencies.database, user));
    },
  }),

  route({
    method: 'post',
    path: '/api/auth/change-password/',
    auth: 'user',
    summary: 'Change your password',
    description: 'Every other session ends at once.',
    tags,
    request: changePasswordRequest,
    responses: { 200: done },
    problems: [409, 429],
    async handler({ body, principal, http }, dependencies) {
      const passwords = { old: body.old_password, new: body.new_password };
      await changePassword(dependencies, principal, passwords, http.address);
      return ok({ message: 'Password changed successfully.' });
    },
  }),
];

const wrongLogin = () => invalidRequest('Invalid email or password.', 'wrong_login');
