import { z } from 'zod';
import { id, instant, instantInput, minorUnits } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import {
  cancelRequest,
  changeRequest,
  couponRequest,
  createRequest,
  listRequest as ownListRequest,
  oneRequest,
  pauseRequest,
  subscription as customersSubscription,
} from '../../subscriptions/schemas';
import { externalId, metadataChanges } from '../../metadata';
import { reason, reasonOnly, reasonQuery } from '../reason';

/** As customers see it, and what only operators do. */
export const subscription = customersSubscription
  .extend({
    needs_attention: z
      .string()
      .nullable()
      .describe('Why it can’t go on until somebody has looked at it.'),
    disputes: z
      .array(
        z.object({
          id: z.string(),
          status: z.string(),
          amount: minorUnits,
          evidence_due_by: instant.nullable(),
        }),
      )
      .describe('Open ones of its payments, the most urgent first.'),
  })
  .meta({ id: 'AdminSubscription' });
export const subscriptionList = listOf(subscription);

export const listRequest = z.object({
  query: pageQuery.extend({
    ...ownListRequest.shape.query.pick({ status: true }).shape,
    user_id: id.optional(),
    plan_id: id.optional(),
    external_id: externalId.optional(),
    needs_attention: z.enum(['true', 'false']).optional(),
    disputed: z.enum(['true', 'false']).optional().describe('Whether a dispute is open.'),
  }),
});

/** The same as a customer may ask for, and what a customer could abuse. */
export const adminCreateRequest = z.object({
  body: createRequest.shape.body.extend({
    user_id: id,
    external_id: externalId
      .optional()
      .describe('What your own system calls this subscription; several may share it.'),
    trial_days: z
      .int()
      .min(0)
      .max(3650)
      .optional()
      .describe('Instead of the plan’s, also for a customer who had a trial; 0 for none.'),
    billing_cycle_anchor: instantInput
      .optional()
      .describe('The first boundary after the start or the trial, at most one term ahead.'),
    proration: z
      .boolean()
      .default(true)
      .describe('False: the part of a period before the anchor is free.'),
    collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
    start_at: instantInput.optional().describe('In the future; until then nothing is owed.'),
    reason,
  }),
});

/** What the business notes about a subscription; nothing of it changes what is billed. */
export const notesRequest = oneRequest.extend({
  body: z.strictObject({
    external_id: externalId.nullable().optional(),
    metadata: metadataChanges.optional(),
    reason,
  }),
});

/** What a customer may ask, and why. */
export const requests = {
  bare: oneRequest.extend({ body: reasonOnly }),
  /** The customer's has a reason already. */
  cancel: cancelRequest,
  pause: oneRequest.extend({ body: pauseRequest.shape.body.extend({ reason }) }),
  change: oneRequest.extend({ body: changeRequest.shape.body.extend({ reason }) }),
  coupon: oneRequest.extend({ body: couponRequest.shape.body.extend({ reason }) }),
  remove: oneRequest.extend({ query: reasonQuery }),
};
