import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest } from '../errors';
import { emit } from '../events';
import { listPage, within } from '../http/pagination';
import { clearableText, created, expand, flag, metadata, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import { closeDispute, saveDispute, submitEvidence } from '../payments/dispute';
import type { Scope } from '../world';
import { findDispute } from './lookup';

/** The written kinds of evidence; files are not part of the slice. */
const evidence = z.strictObject({
  access_activity_log: clearableText.optional(),
  billing_address: clearableText.optional(),
  cancellation_policy_disclosure: clearableText.optional(),
  cancellation_rebuttal: clearableText.optional(),
  customer_email_address: clearableText.optional(),
  customer_name: clearableText.optional(),
  customer_purchase_ip: clearableText.optional(),
  duplicate_charge_explanation: clearableText.optional(),
  duplicate_charge_id: clearableText.optional(),
  product_description: clearableText.optional(),
  refund_policy_disclosure: clearableText.optional(),
  refund_refusal_explanation: clearableText.optional(),
  service_date: clearableText.optional(),
  uncategorized_text: clearableText.optional(),
});

const changes = z.strictObject({
  expand,
  evidence: evidence.optional(),
  metadata: metadata.optional(),
  submit: flag.optional(),
});

/** Texts by which a test decides its dispute, as https://docs.stripe.com/testing#evidence documents them. */
const DECISIVE: Readonly<Record<string, 'won' | 'lost'>> = {
  winning_evidence: 'won',
  losing_evidence: 'lost',
};

function update(
  scope: Scope,
  dispute: Stripe.Dispute,
  params: z.output<typeof changes>,
): Stripe.Dispute {
  const answerable = ['needs_response', 'warning_needs_response'].includes(dispute.status);
  if (!answerable && (params.evidence !== undefined || params.submit === true)) {
    throw invalidRequest(`This dispute can't be answered: its status is ${dispute.status}.`);
  }
  const changed = saveDispute(scope, {
    ...dispute,
    metadata: mergeMetadata(dispute.metadata, params.metadata),
    evidence: { ...dispute.evidence, ...present(params.evidence ?? {}) },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: dispute.evidence_details.has_evidence || params.evidence !== undefined,
    },
  });
  // Evidence is submitted with the update unless the merchant says that it is only a draft.
  const submits = params.submit ?? params.evidence !== undefined;
  const object = submits ? submitEvidence(scope, changed) : changed;
  emit(scope, { type: 'charge.dispute.updated', data: { object } });
  const verdict = submits ? DECISIVE[object.evidence.uncategorized_text ?? ''] : undefined;
  return verdict === undefined ? object : closeDispute(scope, object, verdict);
}

function present(given: z.output<typeof evidence>): Partial<Stripe.Dispute.Evidence> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export const disputeRoutes: Route[] = [
  route('get', '/v1/disputes', {
    schema: z.strictObject({
      ...page,
      created,
      charge: text.optional(),
      payment_intent: text.optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.disputes,
          { url: '/v1/disputes', what: 'dispute', page: params },
          ({ object }) => {
            const matches =
              (params.charge === undefined || object.charge === params.charge) &&
              (params.payment_intent === undefined ||
                object.payment_intent === params.payment_intent);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/disputes/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findDispute(scope, ids.id, 'path').object),
  }),
  route('post', '/v1/disputes/:id', {
    schema: changes,
    handle: ({ scope, params, ids }) =>
      ok(update(scope, findDispute(scope, ids.id, 'path').object, params)),
  }),
  route('post', '/v1/disputes/:id/close', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) =>
      ok(closeDispute(scope, findDispute(scope, ids.id, 'path').object, 'lost')),
  }),
];
