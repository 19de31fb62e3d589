import type { CreditNoteRecord, InvoiceRecord } from '../../../../../activities/ports/records';
import {
  commandInvoice,
  creditInvoice,
  refuseUnlessPaidByCard,
  retryInvoice,
} from '../../../../commands/operator/command-invoice';
import type { Dependencies } from '../../../../dependencies';
import { idempotencyKeyOf } from '../../../../http/idempotency-key';
import { created, ok, route } from '../../../../http/route';
import { viewInvoice, viewInvoices } from '../../../../queries/invoices';
import { newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { viewCreditNotes } from '../../../../queries/operator/credit-notes';
import { presentCreditNote, presentForOperator } from './presenter';
import {
  actRequest,
  creditNote,
  creditNoteList,
  creditNotesRequest,
  creditRequest,
  invoice,
  invoiceList,
  listRequest,
  oneRequest,
  refundRequest,
} from './schemas';

const tags = ['Admin: invoices'];
const base = '/api/v1/admin/invoices';

export const adminInvoiceRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List invoices, newest first',
    tags,
    request: listRequest,
    responses: { 200: invoiceList },
    async handler({ query }, { database, payLinks }) {
      const { subscription, status, user_id: userId, held, ...page } = query;
      const where = {
        ...(subscription === undefined ? {} : { subscriptionId: subscription }),
        ...(status === undefined ? {} : { status }),
        ...(userId === undefined ? {} : { userId }),
        ...(held === undefined ? {} : { held: held === 'true' }),
      };
      const { rows, hasMore } = await newestFirst(database.invoices, where, page);
      const views = await viewInvoices(database, rows);
      return ok({
        data: views.map((view) => presentForOperator(view, payLinks)),
        has_more: hasMore,
      });
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one invoice',
    tags,
    request: oneRequest,
    responses: { 200: invoice },
    handler: async ({ params }, dependencies) =>
      ok(await present(dependencies, await anyRow(dependencies.database.invoices, params.id))),
  }),

  act('void', 'void', {
    summary: 'Take a draft or an open invoice back',
    description: 'What was booked of it is reversed, and nobody can pay it any more.',
  }),
  act('mark-uncollectible', 'mark_uncollectible', {
    summary: 'Write an open invoice off',
    description: 'Nothing more is collected; if the customer pays all the same, it is paid.',
  }),
  act('mark-paid', 'mark_paid', {
    summary: 'Mark an invoice as paid another way than through Stripe',
    description: 'What is still to be paid of it is booked on the bank account.',
  }),
  act('finalize', 'finalize', {
    summary: 'Make a draft final: it gets its number and is collected',
  }),
  route({
    method: 'post',
    path: `${base}/:id/retry`,
    auth: 'operator',
    summary: 'Collect an open invoice now',
    description: 'Answers once that attempt is settled: its outcome is the last one of `attempts`.',
    tags,
    request: actRequest,
    responses: { 200: invoice },
    problems: [409],
    async handler({ params, body: { reason }, principal, http }, dependencies) {
      const row = await retryInvoice(dependencies, {
        operator: principal.user,
        invoiceId: params.id,
        action: { action: 'retry' },
        reason,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id/credit-notes`,
    auth: 'operator',
    summary: 'List the credit notes of an invoice, newest first',
    tags,
    request: creditNotesRequest,
    responses: { 200: creditNoteList },
    async handler({ params, query }, { database }) {
      const { id: invoiceId } = await anyRow(database.invoices, params.id);
      const { rows, hasMore } = await newestFirst(database.creditNotes, { invoiceId }, query);
      const views = await viewCreditNotes(database, rows);
      return ok({ data: views.map(presentCreditNote), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/credit-notes`,
    auth: 'operator',
    summary: 'Credit an invoice, in whole or in part',
    description:
      'First against what is still due of it, then to the card or to the balance. Notes never add up to more than the invoice. A part that is sent to the card waits for Stripe’s answer.',
    tags,
    request: creditRequest,
    responses: { 201: creditNote },
    problems: [409],
    async handler({ params, body, principal, http }, dependencies) {
      const { amount, to, memo, reason } = body;
      const note = await creditInvoice(dependencies, {
        operator: principal.user,
        invoiceId: params.id,
        action: creditOf(amount, to),
        reason,
        memo,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return created(await presentNote(dependencies, note));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/refunds`,
    auth: 'operator',
    summary: 'Send money back to the card, by a credit note',
    description: 'What the card has not paid of the amount goes to the customer’s balance.',
    tags,
    request: refundRequest,
    responses: { 201: creditNote },
    problems: [409],
    async handler({ params, body: { amount, memo, reason }, principal, http }, dependencies) {
      await refuseUnlessPaidByCard(dependencies, params.id);
      const note = await creditInvoice(dependencies, {
        operator: principal.user,
        invoiceId: params.id,
        action: creditOf(amount, 'card'),
        reason,
        memo,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return created(await presentNote(dependencies, note));
    },
  }),
];

/** An action that takes nothing but a reason, and answers the invoice as it then is. */
function act(
  path: string,
  action: 'void' | 'mark_uncollectible' | 'mark_paid' | 'finalize',
  { summary, description }: { summary: string; description?: string },
) {
  return route({
    method: 'post',
    path: `${base}/:id/${path}`,
    auth: 'operator',
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    request: actRequest,
    responses: { 200: invoice },
    problems: [409],
    async handler({ params, body: { reason }, principal, http }, dependencies) {
      const row = await commandInvoice(dependencies, {
        operator: principal.user,
        invoiceId: params.id,
        action: { action },
        reason,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return ok(await present(dependencies, row));
    },
  });
}

const creditOf = (amount: number | undefined, to: 'card' | 'balance') => ({
  action: 'credit' as const,
  ...(amount === undefined ? {} : { amount: String(amount) }),
  to,
});

async function present({ database, payLinks }: Dependencies, row: InvoiceRecord) {
  return presentForOperator(await viewInvoice(database, row), payLinks);
}

async function presentNote({ database }: Dependencies, note: CreditNoteRecord) {
  const [view] = await viewCreditNotes(database, [note]);
  if (view === undefined) throw new Error('one in, one out');
  return presentCreditNote(view);
}
