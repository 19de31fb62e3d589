import type { z } from 'zod';
import type { Scope } from '../world';
import type { FormObject } from './form-body';
import { readParameters } from './parameters';
import { secretKeyRequired, type KeyKind } from './api-keys';
import { expandPaths } from './expand';
import type { ErrorBody } from '../errors';

/** The answer to a request whose effects are kept: a success, or a decline (402). */
export interface Answer {
  status: number;
  body: object;
}

export const ok = (body: object): Answer => ({ status: 200, body });

/** 402: the card was refused. Unlike a refused request, this leaves traces: a failed charge, an event. */
export const declined = (error: ErrorBody): Answer => ({ status: 402, body: { error } });

/** The parts of a path that are ids: `/v1/customers/:id/payment_methods/:nested`. */
export interface PathIds {
  id: string;
  nested: string;
}

export interface Request {
  scope: Scope;
  key: KeyKind;
  form: FormObject;
  ids: PathIds;
}

/** One endpoint of the API. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  path: string;
  /**
   * Runs inside a transaction.
   * @throws ApiError when the request is refused and nothing is kept
   */
  answer(request: Request): Answer;
}

/** What a handler is given: its parameters are already read and checked. */
export interface Call<Parameters> {
  scope: Scope;
  params: Parameters;
  ids: PathIds;
  key: KeyKind;
}

interface Definition<Schema extends z.ZodType> {
  schema: Schema;
  /** May be called with a publishable key, as a customer's browser does. */
  publishable?: boolean;
  handle(call: Call<z.output<Schema>>): Answer;
}

/** Puts an endpoint together from its schema and its handler. */
export function route<Schema extends z.ZodType>(
  method: Route['method'],
  path: string,
  definition: Definition<Schema>,
): Route {
  return {
    method,
    path,
    answer({ scope, key, form, ids }) {
      if (key === 'publishable' && definition.publishable !== true) {
        throw secretKeyRequired();
      }
      const params = readParameters(definition.schema, form);
      const answer = definition.handle({ scope, params, ids, key });
      const paths = form['expand'];
      return Array.isArray(paths) && answer.status === 200
        ? { ...answer, body: expandPaths(scope.store, answer.body, paths.map(String)) }
        : answer;
    },
  };
}
