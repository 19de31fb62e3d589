import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { startMailCatcher, type MailCatcher } from '../../scripts/stack/mail-catcher';

const root = join(__dirname, '../..');
let dataDir: string;
let catcher: MailCatcher;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'everbill-mail-'));
  catcher = await startMailCatcher({ smtpPort: 0, uiPort: 0, dataDir });
});

afterEach(async () => {
  await catcher.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const letter: SendMailOptions = {
  from: 'Everbill <billing@everbill.example>',
  to: 'Ada Lovelace <ada@example.com>',
  subject: 'Invoice A7K2-0003 — 20,00 €',
  text: 'Dear Ada\n\n.a line that starts with a dot',
  html: '<p>Dear Ada</p>',
};

async function send(changes: SendMailOptions = {}, url = catcher.smtpUrl): Promise<string> {
  const transport = createTransport(url);
  const { messageId } = await transport.sendMail({ ...letter, ...changes });
  transport.close();
  return messageId;
}

interface Listed {
  id: string;
  to: string[];
  subject: string;
  message_id: string;
}

async function messages(query = '', url = catcher.uiUrl): Promise<Listed[]> {
  const answer = await fetch(`${url}/api/messages${query}`);
  expect(answer.status).toBe(200);
  return readJson(answer);
}

/** What the API answers is checked by the expectations that follow; here it only gets its name. */
async function readJson<T>(answer: Response): Promise<T> {
  return JSON.parse(await answer.text());
}

async function subjects(query = ''): Promise<string[]> {
  return (await messages(query)).map(({ subject }) => subject);
}

it('shows a mail as it was sent: people, subject, Message-ID, headers and both bodies', async () => {
  const messageId = await send({ headers: { 'X-Everbill-Kind': 'invoice_issued' } });
  const [listed] = await messages();
  expect(listed).toMatchObject({
    from: 'Everbill <billing@everbill.example>',
    to: ['ada@example.com'],
    subject: 'Invoice A7K2-0003 — 20,00 €',
    message_id: messageId,
    headers: { 'x-everbill-kind': 'invoice_issued', to: 'Ada Lovelace <ada@example.com>' },
    text: 'Dear Ada\n\n.a line that starts with a dot\n',
    html: '<p>Dear Ada</p>\n',
    attachments: [],
  });
  const one = await fetch(`${catcher.uiUrl}/api/messages/${listed?.id}`);
  expect(await readJson(one)).toEqual(listed);
  const raw = await fetch(`${catcher.uiUrl}/api/messages/${listed?.id}/raw`);
  expect(await raw.text()).toContain(`Message-ID: ${messageId}`);
});

it('finds mail by recipient and by subject, newest first, also blind copies', async () => {
  await send({ subject: 'first' });
  await send({ subject: 'second', to: 'bob@example.com', bcc: 'audit@example.com' });
  await send({ subject: 'THIRD' });
  expect(await subjects()).toEqual(['THIRD', 'second', 'first']);
  expect(await subjects('?to=ADA@example.com')).toEqual(['THIRD', 'first']);
  expect(await subjects('?to=audit@example.com')).toEqual(['second']);
  expect(await subjects('?to=da@example.com')).toEqual([]);
  expect(await subjects('?subject=ir')).toEqual(['THIRD', 'first']);
  expect(await subjects('?limit=1')).toEqual(['THIRD']);
});

it('takes mail from many senders at once and keeps each whole', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `mail ${index}`);
  await Promise.all(names.map((subject) => send({ subject, text: subject.repeat(2000) })));
  expect(new Set(await subjects())).toEqual(new Set(names));
});

it('keeps its mail over a restart and deletes all when asked to', async () => {
  await send({ subject: 'kept' });
  const before = await messages();
  await catcher.stop();
  await writeFile(join(dataDir, 'mail', '1700000000000-0badf00d.eml.part'), 'half a mess');
  catcher = await startMailCatcher({ smtpPort: 0, uiPort: 0, dataDir });
  expect(await messages()).toEqual(before);
  await send({ subject: 'newer' });
  expect(await subjects()).toEqual(['newer', 'kept']);

  const deleted = await fetch(`${catcher.uiUrl}/api/messages`, { method: 'DELETE' });
  expect(await deleted.json()).toEqual({ deleted: 2 });
  expect(await messages()).toEqual([]);
  expect(await readdir(join(dataDir, 'mail'))).toEqual([]);
});

it('refuses as many messages as a test asks for, with its code, and then takes them again', async () => {
  const switched = await fetch(`${catcher.uiUrl}/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refuse_next: 2, code: 452 }),
  });
  expect(await switched.json()).toEqual({ refuse_next: 2, code: 452 });
  await expect(send()).rejects.toMatchObject({ responseCode: 452 });
  await expect(send()).rejects.toMatchObject({ responseCode: 452 });
  expect(await messages()).toEqual([]);
  await send();
  expect(await messages()).toHaveLength(1);
});

it('answers nonsense with a sentence and 4xx', async () => {
  const answers = await Promise.all([
    fetch(`${catcher.uiUrl}/api/messages/nothing`),
    fetch(`${catcher.uiUrl}/api/messages/..%2f..%2fpackage/raw`),
    fetch(`${catcher.uiUrl}/api/messages?limit=many`),
    ...['{"refuse_next":-1}', '{"refuse_next":1,"code":250}', '{', '[]'].map((body) =>
      fetch(`${catcher.uiUrl}/api/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    ),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 400, 400, 400, 400]);
});

describe('the inbox page', () => {
  it('lists, searches and shows mail without running anything that stands in it', async () => {
    const script = '<script>alert(1)</script>';
    await send({
      subject: script,
      text: script,
      html: `${script}<a href="https://x.example">x</a>`,
    });
    const [mail] = await messages();
    for (const tab of ['html', 'text', 'headers']) {
      const page = await fetch(`${catcher.uiUrl}/messages/${mail?.id}?tab=${tab}&q=script`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(html).not.toContain(script);
    }
    const preview = await fetch(`${catcher.uiUrl}/messages/${mail?.id}/preview`);
    const policy = preview.headers.get('content-security-policy');
    expect(policy).toMatch(/^sandbox(?!.*allow-scripts)(?!.*allow-same-origin)/);
    expect(policy).toContain("default-src 'none'");
    const nothing = await fetch(`${catcher.uiUrl}/?q=nobody`);
    expect(await nothing.text()).toContain('No message matches.');
  });

  it('hands out attachments as files, not as pages', async () => {
    const content = '<script>alert(1)</script>';
    await send({ attachments: [{ filename: 'invoice.html', content, contentType: 'text/html' }] });
    const [mail] = await messages();
    const file = await fetch(`${catcher.uiUrl}/messages/${mail?.id}/attachments/0`);
    expect(file.headers.get('content-disposition')).toContain(
      'attachment; filename="invoice.html"',
    );
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    expect(await file.text()).toBe(content);
  });

  it('deletes for its reader, not for a page of another site', async () => {
    await send();
    const deleteFrom = (origin: string) =>
      fetch(`${catcher.uiUrl}/delete-all`, {
        method: 'POST',
        headers: { origin },
        redirect: 'manual',
      });
    expect((await deleteFrom('https://evil.example')).status).toBe(403);
    expect((await deleteFrom('null')).status).toBe(403);
    expect(await messages()).toHaveLength(1);
    expect((await deleteFrom(catcher.uiUrl)).status).toBe(303);
    expect(await messages()).toEqual([]);
  });
});

describe('as a process', () => {
  const children: ChildProcess[] = [];

  function start(env: Record<string, string>): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/mail-catcher.ts'], {
      cwd: root,
      env: { ...process.env, SMTP_PORT: '0', MAIL_UI_PORT: '0', DATA_DIR: dataDir, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  }

  async function ready(child: ChildProcess): Promise<{ smtpUrl: string; uiUrl: string }> {
    const { stdout } = child;
    if (stdout === null) throw new Error('The child has no standard output');
    for await (const line of createInterface({ input: stdout })) {
      const announced = JSON.parse(line);
      if (announced.ready === true) return announced;
    }
    throw new Error('The child ended before it was ready');
  }

  async function ending(child: ChildProcess): Promise<{ code: unknown; said: string }> {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = await once(child, 'close');
    return { code, said };
  }

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('loses no mail that it has accepted when it is killed', async () => {
    const killed = start({});
    await send({ subject: 'accepted' }, (await ready(killed)).smtpUrl);
    killed.kill('SIGKILL');
    await once(killed, 'close');

    const next = start({});
    const kept = await messages('', (await ready(next)).uiUrl);
    expect(kept).toMatchObject([{ subject: 'accepted' }]);
    next.kill('SIGTERM');
    expect(await ending(next)).toEqual({ code: 0, said: '' });
  });

  it('ends with whoever started it', async () => {
    const child = start({ EVERBILL_EXIT_WITH_PARENT: '1' });
    await ready(child);
    child.stdin?.end();
    expect(await ending(child)).toEqual({ code: 0, said: '' });
  });

  it('names the variable of a port that is busy or none', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = portOf(busy.address());
    const endings = await Promise.all(
      [{ SMTP_PORT: `${port}` }, { MAIL_UI_PORT: `${port}` }, { SMTP_PORT: 'abc' }].map((env) =>
        ending(start(env)),
      ),
    );
    busy.close();
    expect(endings).toEqual([
      {
        code: 1,
        said: `mail catcher: Port ${port} is already in use; set SMTP_PORT to a free port.\n`,
      },
      {
        code: 1,
        said: `mail catcher: Port ${port} is already in use; set MAIL_UI_PORT to a free port.\n`,
      },
      {
        code: 1,
        said: 'mail catcher: SMTP_PORT must be a port number from 0 to 65535, not "abc".\n',
      },
    ]);
  }, 20_000);
});

function portOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address;
}
