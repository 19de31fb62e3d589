import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Testimony } from '../../sandbox/witness/witness';
import { refusal, withSandbox } from './fixture';

describe('a witness', () => {
  const folder = mkdtempSync(join(tmpdir(), 'everbill-witness-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes down each shape of request and answer once, exactly as it was', async () => {
    await withSandbox({ witness: folder }, async (stripe, sandbox) => {
      for (const email of ['ada@example.com', 'grace@example.com']) {
        await stripe.customers.create({ email, metadata: { from: email } });
      }
      await refusal(stripe.customers.retrieve('cus_none'));
      // The package tries once more by itself when a kept connection breaks.
      sandbox.control.dropAfterCommit(2);
      await refusal(stripe.customers.create({ name: 'Lost' }));
      await fetch(`${sandbox.url}/_control`);
    });
    const written = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
    );
    const said = written.map((line): Testimony => JSON.parse(line));
    expect(said).toMatchObject([
      {
        method: 'POST',
        path: '/v1/customers',
        parameters: 'email=ada%40example.com&metadata[from]=ada%40example.com',
        status: 200,
        body: { object: 'customer', email: 'ada@example.com' },
      },
      { method: 'GET', path: '/v1/customers/cus_none', status: 404, body: { error: {} } },
      { method: 'POST', parameters: 'name=Lost', status: null, body: null },
    ]);
  });
});
