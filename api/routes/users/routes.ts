import { logIn } from '../../commands/log-in';
import { signUp } from '../../commands/sign-up';
import { Problem } from '../../http/problem';
import { created, ok, route } from '../../http/route';
import { logInRequest, loggedIn, signUpRequest, signedUp } from './schemas';

const tags = ['Users'];

/** Accounts as the first of the two Django systems offered them. */
export const userRoutes = [
  route({
    method: 'post',
    // The misspelt one is what that system's own clients call.
    path: ['/api/users/signup/', '/api/users/singup/'],
    auth: 'open',
    summary: 'Open an account',
    tags,
    request: signUpRequest,
    responses: { 201: signedUp },
    problems: [429],
    async handler({ body: { name, email, password }, http: { address } }, dependencies) {
      const names = { name, firstName: '', lastName: '', username: null };
      const profile = { ...names, email, password, address };
      const { user, tokens } = await signUp(dependencies, profile, 'users');
      return created({ user: { id: user.id, name: user.name, email: user.email }, ...tokens });
    },
  }),

  route({
    method: 'post',
    path: '/api/users/login/',
    auth: 'open',
    summary: 'Log in',
    tags,
    request: logInRequest,
    responses: { 200: loggedIn },
    problems: [401, 429],
    async handler({ body, http }, dependencies) {
      const attempt = { ...body, address: http.address };
      const { user, tokens } = await logIn(dependencies, attempt, 'users', wrongLogin);
      const { id, name, email, createdAt, updatedAt } = user;
      const account = { id, name, email, created_at: createdAt, updated_at: updatedAt };
      return ok({ user: account, ...tokens });
    },
  }),
];

const wrongLogin = () => new Problem(401, 'wrong_login', 'Invalid email or password.');
