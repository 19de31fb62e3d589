import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import { createOnce, type Once } from '../../api/http/once';
import { Problem, unavailable } from '../../api/http/problem';
import { createSealedAnswers } from '../../api/http/sealed-answers';
import { sweepClaims } from '../../db/repositories/idempotency-keys';
import { startApi, statusesOf, type Api, type Customer, type Reply } from '../support/api';
import { openStage, planWith, type Stage } from '../support/story';

let stage: Stage;
let api: Api;
let customer: Customer;
beforeAll(async () => {
  stage = await openStage();
  api = stage.api;
});
afterAll(() => stage.close());
beforeEach(async () => {
  customer = await api.signUp();
});

const clocks = '/api/v1/test-clocks';
const at = (day: string) => ({ frozen_time: `2031-01-${day}T00:00:00Z` });

const send = (
  key: string,
  body: unknown,
  { path = clocks, method = 'POST', by = customer, to = api } = {},
): Promise<Reply> =>
  to.call(method, path, { body, token: by.access, headers: { 'Idempotency-Key': key } });

const isReplay = ({ headers }: Reply) => headers.get('Idempotent-Replayed') === 'true';

interface Row {
  key: string;
  status: number | null;
  answer: string | null;
  request_hash: string;
}

const rowsOf = ({ id }: Customer) =>
  stage.world.database.sequelize.query<Row>('select * from idempotency_keys where user_id = :id', {
    replacements: { id },
    type: QueryTypes.SELECT,
  });

const sql = (text: string, replacements: Record<string, string>) =>
  stage.world.database.sequelize.query(text, { replacements });

describe('a request under an Idempotency-Key', () => {
  it('is done once, and answered the same again', async () => {
    const first = await send('a', at('01'));
    const again = await send('a', at('01'));
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    expect([again.status, isReplay(again), again.body]).toEqual([201, true, first.body]);
    expect(await stage.world.database.testClocks.count({ where: { ownerId: customer.id } })).toBe(
      1,
    );
  });

  it('is the same however its members are ordered, and whether or not its path ends in a slash', async () => {
    const plan = await planWith(stage, {});
    const path = '/api/v1/subscriptions';
    const ordered = {
      plan_id: plan,
      payment_method_id: 'pm_card_visa',
      metadata: { a: '1', b: '2' },
    };
    const first = await send('a', ordered, { path });
    expect(first.status).toBe(201);
    const other = {
      metadata: { b: '2', a: '1' },
      payment_method_id: 'pm_card_visa',
      plan_id: plan,
    };
    const again = await send('a', other, { path: `${path}/` });
    expect([again.status, isReplay(again), again.body]).toEqual([201, true, first.body]);
  });

  it('answers as it did, even when things have changed since', async () => {
    const clock = await send('a', at('01'));
    const one = `${clocks}/${clock.body.id}`;
    expect((await api.call('DELETE', one, { token: customer.access })).status).toBe(204);
    const again = await send('a', at('01'));
    expect([again.status, again.body]).toEqual([201, clock.body]);
    expect(await stage.world.database.testClocks.count({ where: { ownerId: customer.id } })).toBe(
      0,
    );
  });

  it('without a body answers without one again', async () => {
    const { body: clock } = await send('a', at('01'));
    const remove = { path: `${clocks}/${clock.id}`, method: 'DELETE' };
    const replies = [await send('b', undefined, remove), await send('b', undefined, remove)];
    expect(replies.map(({ status, body }) => [status, body])).toEqual([
      [204, undefined],
      [204, undefined],
    ]);
    expect(replies.map(isReplay)).toEqual([false, true]);
    // By another name it is another request, and there is nothing to delete.
    expect((await send('c', undefined, remove)).status).toBe(404);
  });

  it('that was refused is refused again, in the same words', async () => {
    const path = `${clocks}/${randomUUID()}/advance`;
    const first = await send('a', at('02'), { path });
    const again = await send('a', at('02'), { path });
    expect([first.status, again.status, isReplay(again)]).toEqual([404, 404, true]);
    const { request_id: one, ...said } = first.body;
    const { request_id: another, ...repeated } = again.body;
    expect(repeated).toEqual(said);
    expect(one).not.toBe(another);
  });

  it('that is not valid does not use the key up', async () => {
    expect((await send('a', { frozen_time: 'soon' })).status).toBe(400);
    expect((await send('a', at('01'))).status).toBe(201);
  });

  it.each([
    ['another body', at('02'), {}],
    ['another path', at('01'), { path: `${clocks}/${randomUUID()}/advance` }],
    ['another method', at('01'), { path: `${clocks}/${randomUUID()}`, method: 'DELETE' }],
    ['another query', at('01'), { path: `${clocks}?because=1` }],
  ])('with %s than before is refused', async (_what, body, where) => {
    expect((await send('a', at('01'))).status).toBe(201);
    const { status, body: problem } = await send('a', body, where);
    expect([status, problem.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('is one’s own: somebody else’s same key is another', async () => {
    const by = await api.signUp();
    const [mine, theirs] = [await send('a', at('01')), await send('a', at('02'), { by })];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it.each(['x'.repeat(256), 'two words', 'näme'])('must have a proper name: %j', async (key) => {
    const call = { body: at('01'), token: customer.access };
    const headers = { 'Idempotency-Key': Buffer.from(key, 'utf8').toString('latin1') };
    const { status, body } = await api.call('POST', clocks, { ...call, headers });
    expect([status, body.code]).toEqual([400, 'idempotency_key_invalid']);
    expect((await send('x'.repeat(255), at('01'))).status).toBe(201);
  });

  it('needs somebody who may make it', async () => {
    const headers = { 'Idempotency-Key': 'a' };
    expect((await send('a', at('01'))).status).toBe(201);
    const nobody = await api.call('POST', clocks, { body: at('01'), headers });
    expect(nobody.status).toBe(401);
  });
});

describe('twins', () => {
  it('sent at one moment are one request, whichever process they reach', async () => {
    const second = await startApi(stage.world);
    const plan = await planWith(stage, {});
    const order = { plan_id: plan, payment_method_id: 'pm_card_visa' };
    const replies = await Promise.all(
      [api, second, api, second, api].map((to) =>
        send('a', order, { path: '/api/v1/subscriptions', to }),
      ),
    );
    expect(statusesOf(replies)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(isReplay)).toHaveLength(4);
    const invoices = await api.get('/api/v1/invoices', customer.access);
    expect(invoices.body.data).toHaveLength(1);
    await second.close();
  });
});

/** The mechanism alone, with work of the test's own. */
describe('work under a key', () => {
  const secrets: [string, ...string[]] = ['one secret', 'an older secret'];
  const onceBy = (by: [string, ...string[]] = secrets): Once => {
    const { database, logger } = stage.world;
    return createOnce({ database, logger, sealedAnswers: createSealedAnswers(by) });
  };
  const request = (key: string, secret?: 'again' | 'once') => ({
    userId: customer.id,
    key,
    asked: { body: 'this' },
    secret,
  });
  const counted = (work: (run: number) => unknown) => {
    let runs = 0;
    return {
      runs: () => runs,
      does: async () => ({ status: 200, body: await work((runs += 1)) }),
    };
  };

  it.each([
    ['503', () => unavailable('away', 'Away.', 1)],
    ['429', () => new Problem(429, 'too_many', 'Too many.')],
    ['409 with Retry-After', () => new Problem(409, 'busy', 'Busy.', { retryAfter: 1 })],
    ['what nobody expected', () => new Error('hush')],
  ])('is done again after %s, which nobody should be told again', async (_what, failure) => {
    const work = counted((run) => {
      if (run === 1) throw failure();
      return 'done';
    });
    await expect(onceBy()(request('a'), work.does)).rejects.toBeInstanceOf(Problem);
    expect(await rowsOf(customer)).toEqual([]);
    expect((await onceBy()(request('a'), work.does)).body).toBe('done');
    expect(work.runs()).toBe(2);
  });

  it('is taken over from a process that died, and the dead can answer no more', async () => {
    let finish: (() => void) | undefined;
    const dead = onceBy()(request('a'), async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { status: 200, body: 'too late' };
    });
    await until(async () => (await rowsOf(customer)).length === 1);
    await sql(
      "update idempotency_keys set locked_at = now() - interval '7 seconds' where user_id = :id",
      { id: customer.id },
    );
    expect((await onceBy()(request('a'), async () => ({ status: 200, body: 'mine' }))).body).toBe(
      'mine',
    );
    finish?.();
    await dead;
    const kept = await onceBy()(request('a'), async () => ({ status: 200, body: 'never' }));
    expect(kept).toMatchObject({ body: 'mine', headers: { 'Idempotent-Replayed': 'true' } });
  });

  it('that takes long is not taken over: its claim is renewed', async () => {
    const slow = counted(() => new Promise((resolve) => setTimeout(resolve, 8_000, 'at last')));
    const [first, twin] = await Promise.all([
      onceBy()(request('a'), slow.does),
      onceBy()(request('a'), slow.does),
    ]);
    expect([first.body, twin.body, slow.runs()]).toEqual(['at last', 'at last', 1]);
  }, 20_000);

  it('that takes longer than a twin waits gives it 409, to come again', async () => {
    let finish: (() => void) | undefined;
    const first = onceBy()(request('a'), async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { status: 200, body: 'done' };
    });
    await until(async () => (await rowsOf(customer)).length === 1);
    const twin = onceBy()(request('a'), async () => ({ status: 200, body: 'never' }));
    await expect(twin).rejects.toMatchObject({
      status: 409,
      code: 'idempotency_key_in_use',
      headers: { 'Retry-After': '2' },
    });
    finish?.();
    expect((await first).body).toBe('done');
  }, 30_000);

  it('is answered though its answer cannot be kept', async () => {
    const { database, logger } = stage.world;
    const warnings = jest.spyOn(logger, 'warn');
    const answered = await onceBy()(request('a'), async () => {
      jest.spyOn(database.sequelize, 'query').mockRejectedValueOnce(new Error('away'));
      return { status: 200, body: 'done' };
    });
    expect(answered.body).toBe('done');
    expect(warnings).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
  });

  it('is kept for a day, and then forgotten', async () => {
    const work = counted((run) => run);
    await onceBy()(request('a'), work.does);
    const { id } = customer;
    const made = (age: string) =>
      sql(
        'update idempotency_keys set created_at = now() - cast(:age as interval) where user_id = :id',
        { id, age },
      );
    await made('23 hours 59 minutes');
    await sweepClaims(stage.world.database);
    expect((await onceBy()(request('a'), work.does)).body).toBe(1);
    await made('24 hours 1 minute');
    expect((await onceBy()({ ...request('a'), asked: {} }, work.does)).body).toBe(2);
    await made('24 hours 1 minute');
    await sweepClaims(stage.world.database);
    expect(await rowsOf(customer)).toEqual([]);
  });

  it('lies sealed in the database, and still opens when the secret is replaced (I12)', async () => {
    await onceBy()(request('a'), async () => ({ status: 200, body: { hosted_url: '/pay/token' } }));
    const [row] = await rowsOf(customer);
    expect(JSON.stringify(row) + Buffer.from(row?.answer ?? '', 'base64').toString()).not.toContain(
      'pay',
    );
    const never = async () => ({ status: 200, body: 'never' });
    const after = await onceBy(['a new secret', ...secrets])(request('a'), never);
    expect(after.body).toEqual({ hosted_url: '/pay/token' });
  });

  it('whose answer is a secret is never written down', async () => {
    const again = counted((run) => `secret ${run}`);
    await onceBy()(request('a', 'again'), again.does);
    expect((await onceBy()(request('a', 'again'), again.does)).body).toBe('secret 2');
    const single = counted((run) => `secret ${run}`);
    await onceBy()(request('b', 'once'), single.does);
    await expect(onceBy()(request('b', 'once'), single.does)).rejects.toMatchObject({
      status: 409,
      code: 'idempotency_answer_not_kept',
    });
    expect(single.runs()).toBe(1);
    expect((await rowsOf(customer)).map(({ answer }) => answer)).toEqual([null, null]);
  });
});

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 20));
}
