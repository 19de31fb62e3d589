import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type Koa from 'koa';
import { formShape, jsonShape, pathTemplate } from './shape';

/** One request and its answer, as a line of JSON in a witness's file. */
export interface Testimony {
  method: string;
  path: string;
  /** Query or form, exactly as it was sent. */
  parameters: string;
  /** The User-Agent: who asked. */
  client: string;
  /** Null when the connection was cut instead. */
  status: number | null;
  body: unknown;
}

/**
 * Writes down what the sandbox was asked and what it answered, so that others can hold both against Stripe's own
 * description. One file for each sandbox; of several exchanges of the same shape only the first is kept.
 */
export class Witness {
  private readonly seen = new Set<string>();
  private readonly parameters = new WeakMap<Koa.Context, string>();
  private readonly file: string;

  /** @param folder for the files, made when it is missing */
  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, `${process.pid}-${randomUUID()}.jsonl`);
  }

  /** What a request asks, once it has been read. */
  hear(ctx: Koa.Context, parameters: string): void {
    this.parameters.set(ctx, parameters);
  }

  /** The request is over. */
  testify(ctx: Koa.Context, status: number | null): void {
    if (!ctx.path.startsWith('/v1/')) return;
    const answer: unknown = ctx.body;
    const testimony: Testimony = {
      method: ctx.method,
      path: ctx.path,
      parameters: this.parameters.get(ctx) ?? ctx.querystring,
      client: ctx.get('user-agent'),
      status,
      body: typeof answer === 'string' ? JSON.parse(answer) : status === null ? null : answer,
    };
    const shape = shapeOf(testimony);
    if (!this.seen.has(shape)) {
      this.seen.add(shape);
      fs.appendFileSync(this.file, `${JSON.stringify(testimony)}\n`);
    }
  }
}

function shapeOf({ method, path: at, parameters, client, status, body }: Testimony): string {
  return [method, pathTemplate(at), formShape(parameters), client, status, jsonShape(body)].join(
    ' ',
  );
}
