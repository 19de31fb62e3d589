import { randomUUID } from 'node:crypto';
import { decode, sign } from 'jsonwebtoken';
import { z } from 'zod';
import { startLonelyApi, type Api, type ApiGround } from '../../support/api';
import { openStage, planWith, type Stage } from '../../support/story';
import { newOperator, type Operator } from '../admin/operators';

let stage: Stage;
let operator: Operator;
let lonely: Api & ApiGround;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
  lonely = await startLonelyApi();
});
afterAll(async () => {
  await stage.close();
  await lonely.close();
});

const logIn = (email: string, password: string) =>
  stage.api.post('/api/users/login/', { email, password });
const refreshWith = (refresh: string) => stage.api.post('/api/auth/token/refresh/', { refresh });
const profile = (access: string) => stage.api.get('/api/auth/profile/', access);

describe('What went wrong with access in the systems replaced', () => {
  it('14. A client sets neither user, start date nor status, takes no archived plan, and forges no token', async () => {
    const [customer, victim] = [await stage.api.signUp(), await stage.api.signUp()];
    const wish = { user: victim.id, start_date: '2020-01-01', status: 'active' };
    const path = '/api/billing/subscriptions/';
    const plan = stage.plan('Basic month');
    await stage.api.post(path, { plan, ...wish }, customer.access);
    expect((await stage.api.get(path, victim.access)).body).toEqual([]);
    const mine = await stage.api.get('/api/v1/subscriptions', customer.access);
    for (const { start_at: start, anchor } of mine.body.data) {
      expect([start, anchor.slice(0, 4)]).not.toContain('2020');
    }

    const archived = await planWith(stage, { archivedAt: '2026-01-01T00:00:00.000Z' });
    const refused = await stage.api.post(path, { plan: archived }, victim.access);
    expect(refused.status).toBe(400);

    // All that a true token of theirs says, signed by somebody who has only read the sources, or by nobody.
    const { header, payload } = decode(victim.access, { complete: true }) ?? {};
    const claims = z.record(z.string(), z.unknown()).parse(payload);
    const options = { keyid: header?.kid ?? '' };
    const secret = 'django-insecure-a-key-that-stands-in-the-repository';
    const unsigned = sign(claims, null, { ...options, algorithm: 'none' });
    expect((await profile(victim.access)).status).toBe(200);
    for (const forged of [sign(claims, secret, options), unsigned]) {
      expect((await profile(forged)).status).toBe(401);
    }
  });

  it('15. A changed password and a logout end sessions, a refresh token used again its family, a deactivated user all', async () => {
    const owner = await stage.api.signUp();
    const other = (await logIn(owner.email, owner.password)).body;
    const change = { old_password: owner.password, new_password: 'another horse battery' };
    const body = { ...change, new_password_confirm: change.new_password };
    expect((await stage.api.post('/api/auth/change-password/', body, owner.access)).status).toBe(
      200,
    );
    expect((await refreshWith(other.refresh)).status).toBe(401);
    expect((await profile(other.access)).status).toBe(401);

    const leaver = (await logIn(owner.email, change.new_password)).body;
    const { refresh } = leaver;
    expect((await stage.api.post('/api/auth/logout/', { refresh }, leaver.access)).status).toBe(
      200,
    );
    expect((await refreshWith(refresh)).status).toBe(401);

    const robbed = (await logIn(owner.email, change.new_password)).body;
    const rotated = (await refreshWith(robbed.refresh)).body;
    expect((await refreshWith(robbed.refresh)).status).toBe(401);
    expect((await refreshWith(rotated.refresh)).status).toBe(401);

    const out = (await logIn(owner.email, change.new_password)).body;
    expect((await operator.post(`users/${owner.id}/deactivate`)).status).toBe(200);
    expect((await refreshWith(out.refresh)).status).toBe(401);
    expect((await profile(out.access)).status).toBe(401);
  });

  it('16. "123456" is no password, an address has no case, guessing is slowed down, and errors show no settings', async () => {
    const email = `${randomUUID()}@everbill.test`;
    const open = (address: string, password: string) =>
      stage.api.post('/api/users/signup/', { name: 'Eve', email: address, password });
    const weak = await open(email, '123456');
    expect([weak.status, Object.keys(weak.body)]).toEqual([
      400,
      expect.arrayContaining(['password']),
    ]);
    const password = 'correct horse battery';
    expect((await open(email, password)).status).toBe(201);
    expect((await open(email.toUpperCase(), password)).status).toBe(400);
    expect((await logIn(email.toUpperCase(), password)).status).toBe(200);

    const guesses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      guesses.push((await logIn(email, `guess number ${guess}`)).status);
    }
    expect([guesses[0], guesses.at(-1)]).toEqual([401, 429]);

    for (const path of ['/nowhere', '/api/v1/subscriptions/%00', '/api/v1/plans?limit=x']) {
      const { status, body } = await stage.api.get(path, operator.access);
      expect(status).toBeLessThan(500);
      expect(JSON.stringify(body)).not.toMatch(/postgres:|JWT_SECRET|whsec_|sk_test|node_modules/);
    }
  });

  it('17. With the broker down an account is opened at once, and with Stripe down nobody gets a 500', async () => {
    const began = performance.now();
    const { access } = await lonely.signUp();
    expect(performance.now() - began).toBeLessThan(5_000);
    const { body } = await lonely.get('/api/v1/plans');
    const order = { plan_id: body.data[0].id, payment_method_id: 'pm_card_visa' };
    for (const path of ['/api/subscriptions/create/', '/api/v1/subscriptions']) {
      const { status, headers } = await lonely.post(path, order, access);
      expect([status, headers.get('Retry-After')]).toEqual([503, expect.any(String)]);
    }
    expect((await lonely.get('/api/v1/subscriptions', access)).body.data).toEqual([]);
  });
});
