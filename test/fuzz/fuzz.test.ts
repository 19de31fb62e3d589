import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StackProcess } from '../support/stack';
import { findSchemathesis, fuzz } from './schemathesis';

/** Calls that would end the session with which all the others are made, so that only 401s came after them. */
const endsSession = ['/api/auth/logout/', '/api/auth/change-password/'];

const login = z.object({ access: z.string() });

async function logIn(api: string, email: string): Promise<string> {
  const answer = await fetch(`${api}/api/users/login/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: 'everbill-demo-2026' }),
  });
  return login.parse(await answer.json()).access;
}

const found = findSchemathesis(process.env);
if ('missing' in found) process.stderr.write(`Schemathesis can't be had here: ${found.missing}\n`);

('path' in found ? describe : describe.skip)('Requests made up of the OpenAPI document', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'everbill-fuzz-'));
  let stack: StackProcess;
  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
  }, 120_000);
  afterAll(async () => {
    rmSync(cwd, { recursive: true, force: true });
    await stack.dispose();
  }, 90_000);

  it.each([
    ['nobody', undefined],
    ['a customer', 'demo@everbill.test'],
    ['an operator', 'operator@everbill.test'],
  ])(
    'break nothing, get only documented answers and let nobody in, from %s',
    async (_who, email) => {
      if (!('path' in found)) throw new Error(found.missing);
      const about = { api: stack.api, excluded: endsSession, cwd };
      const token = email === undefined ? {} : { token: await logIn(stack.api, email) };
      const { code, report, operations, cases } = await fuzz(found.path, { ...about, ...token });
      expect({ code, report: code === 0 ? '' : report }).toEqual({ code: 0, report: '' });
      expect(operations).toBeGreaterThan(120);
      expect(cases).toBeGreaterThan(1000);
    },
    180_000,
  );
});
