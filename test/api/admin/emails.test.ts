import { randomUUID } from 'node:crypto';
import type { EmailRecord } from '../../../activities/ports/records';
import type { Customer, Reply } from '../../support/api';
import { eventually } from '../../support/customers';
import { openStage, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
let customer: Customer;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
  customer = await stage.api.signUp();
});
afterAll(() => stage.close());

/** A mail to the customer that was given up, unless it is changed. */
async function mail(changes: Partial<EmailRecord> = {}): Promise<string> {
  const id = randomUUID();
  await stage.world.database.emails.create({
    id,
    kind: 'password_changed',
    thing: customer.id,
    occasion: id,
    userId: customer.id,
    data: { changed_at: '2026-04-01T00:00:00.000Z' },
    status: 'failed',
    attempts: 4,
    messageId: `<${id}@everbill>`,
    lastError: '550 no such mailbox',
    ...changes,
  });
  return id;
}

const shown = async (id: string): Promise<Json> => (await operator.get(`emails/${id}`)).body;

const sent = (id: string) =>
  eventually('the mail is sent', async () => {
    const email = await shown(id);
    return email.status === 'sent' ? email : undefined;
  });

/** What the customer's mailbox holds under a Message-ID. */
async function delivered(messageId: string): Promise<number> {
  const response = await fetch(`${stage.world.mailUrl}/api/messages?to=${customer.email}`);
  return (await response.text()).split(messageId.replaceAll(/[<>]/g, '')).length - 1;
}

describe('the outbox, for operators', () => {
  it('is listed newest first, page by page, by status, kind, user and subscription', async () => {
    const ids = [await mail(), await mail(), await mail()].toReversed();
    const failed = await operator.get(`emails?status=failed&user_id=${customer.id}`);
    expect(failed.body.data.map(({ id }: Json) => id)).toEqual(ids);
    expect(failed.body.data[0]).toEqual({
      id: ids[0],
      kind: 'password_changed',
      status: 'failed',
      user: customer.id,
      subscription: null,
      to: customer.email,
      message_id: `<${ids[0]}@everbill>`,
      attempts: 4,
      next_attempt_at: null,
      last_error: '550 no such mailbox',
      sent_at: null,
      created_at: expect.any(String),
    });
    const page = await operator.get(`emails?status=failed&limit=1&starting_after=${ids[0]}`);
    expect(page.body).toMatchObject({ data: [{ id: ids[1] }], has_more: true });
    const welcome = await operator.get(`emails?kind=welcome&user_id=${customer.id}`);
    expect(welcome.body.data).toHaveLength(1);
    const none = await operator.get(`emails?subscription=${randomUUID()}`);
    expect(none.body.data).toEqual([]);
    for (const query of ['status=lost', 'kind=spam', 'user_id=x']) {
      expect((await operator.get(`emails?${query}`)).status).toBe(400);
    }
  });

  it('shows a mail as it would be sent, its secret links taken out', async () => {
    const { content } = await shown(await mail());
    expect(content.subject).toMatch(/password/i);
    expect(content.html).toContain('<html');
    expect(content.text).toContain('Carla');
    const secret = await mail({
      kind: 'reset_password',
      data: { token_id: randomUUID(), expires_at: '2099-01-01T00:00:00.000Z' },
    });
    const reset = JSON.stringify(await shown(secret));
    expect(reset).not.toContain('token=');
    expect(reset).toContain('/hidden');
    const invoiceId = randomUUID();
    const invoice = await mail({
      kind: 'invoice_issued',
      data: {
        invoice_id: invoiceId,
        invoice_number: 'X-0001',
        plan_name: 'Basic',
        currency: 'usd',
        amount_due: '1000',
        total: '1000',
        issued_at: '2026-04-01T00:00:00.000Z',
        due_at: '2026-04-08T00:00:00.000Z',
        period_start: '2026-04-01T00:00:00.000Z',
        period_end: '2026-05-01T00:00:00.000Z',
        lines: [],
      },
    });
    const { text } = (await shown(invoice)).content;
    expect(text).toContain('$10.00');
    expect(text).toContain('/pay/hidden');
    expect((await operator.get(`emails/${randomUUID()}`)).status).toBe(404);
  });
});

describe('a mail that is sent again', () => {
  it('has all its tries anew, arrives as the same one, and is in the audit log', async () => {
    const id = await mail();
    const { status, body } = await operator.post(`emails/${id}/resend`, { reason: 'mended' });
    // The mailer may be quicker than the answer.
    expect(['queued', 'sent']).toContain(body.status);
    expect([status, body.attempts <= 1, body.last_error]).toEqual([200, true, null]);
    expect(await sent(id)).toMatchObject({ attempts: 1, message_id: `<${id}@everbill>` });
    await operator.post(`emails/${id}/resend`, { reason: 'they lost it' });
    await sent(id);
    await eventually('it arrived twice', async () => (await delivered(id)) >= 2);
    const count = { where: { userId: customer.id, occasion: id } };
    expect(await stage.world.database.emails.count(count)).toBe(1);
    const { body: log } = await operator.get(`audit-log?object=email/${id}`);
    expect(log.data).toMatchObject([
      { action: 'email.resend', reason: 'they lost it', before: { status: 'sent', attempts: 1 } },
      { action: 'email.resend', reason: 'mended', before: { status: 'failed', attempts: 4 } },
    ]);
  });

  it('is sent once by three requests at once', async () => {
    await stage.world.stopWorker();
    const id = await mail();
    const resend = () => operator.post(`emails/${id}/resend`);
    const replies = await Promise.all([resend(), resend(), resend()]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await operator.get(`audit-log?object=email/${id}`);
    expect(body.data).toHaveLength(1);
    await stage.world.startWorker();
    expect(await sent(id)).toMatchObject({ attempts: 1 });
  });

  it('is refused when its link works no more, and unknown ones are not found', async () => {
    const data = { token_id: randomUUID(), expires_at: '2026-01-01T00:00:00.000Z' };
    const id = await mail({ kind: 'reset_password', data });
    const late = await operator.post(`emails/${id}/resend`);
    expect([late.status, late.body.code]).toEqual([409, 'email_expired']);
    expect((await operator.post(`emails/${randomUUID()}/resend`)).status).toBe(404);
    expect((await operator.post(`emails/${id}/resend`, { why: 1 })).status).toBe(400);
  });
});
