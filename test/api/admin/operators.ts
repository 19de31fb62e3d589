import type { Database } from '../../../db/database';
import type { Api, Customer, Reply } from '../../support/api';

/** An operator's calls to the admin API. */
export interface Operator extends Customer {
  get(path: string): Promise<Reply>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Reply>;
  call(method: string, path: string, body?: object): Promise<Reply>;
}

/** Somebody new who has been made an operator. */
export async function newOperator(api: Api, database: Database): Promise<Operator> {
  const account = await api.signUp();
  await database.users.update({ role: 'operator' }, { where: { id: account.id } });
  const { access: token } = account;
  const at = (path: string) => `/api/v1/admin/${path}`;
  return {
    ...account,
    get: (path) => api.get(at(path), token),
    post: (path, body = {}, headers = {}) => api.call('POST', at(path), { body, token, headers }),
    call: (method, path, body) =>
      api.call(method, at(path), { ...(body === undefined ? {} : { body }), token }),
  };
}
