import type { Sequelize } from 'sequelize';
import type {
  PaymentAttemptRecord,
  PaymentMethodRecord,
  RefundRecord,
} from '../../activities/ports/records';
import { flag, instant, integer, minorUnits, text, textKey, uuid, uuidKey } from '../columns';
import { defineTable } from './define';

export const paymentTables = (sequelize: Sequelize) => ({
  paymentMethods: defineTable<PaymentMethodRecord>(sequelize, 'payment_methods', {
    id: textKey,
    userId: uuid,
    type: text,
    brand: text,
    last4: text,
    expMonth: integer,
    expYear: integer,
    isDefault: flag,
    detachedAt: instant('detachedAt'),
  }),
  paymentAttempts: defineTable<PaymentAttemptRecord>(sequelize, 'payment_attempts', {
    id: uuidKey,
    invoiceId: uuid,
    number: integer,
    status: text,
    idempotencyKey: text,
    paymentMethodId: text,
    stripePaymentIntentId: text,
    stripeChargeId: text,
    amountMinor: minorUnits('amountMinor'),
    currency: text,
    errorCode: text,
    declineCode: text,
    message: text,
    attemptedAt: instant('attemptedAt'),
    settledAt: instant('settledAt'),
  }),
  refunds: defineTable<RefundRecord>(sequelize, 'refunds', {
    id: uuidKey,
    invoiceId: uuid,
    userId: uuid,
    creditNoteId: uuid,
    stripePaymentIntentId: text,
    stripeRefundId: text,
    reason: text,
    occasion: text,
    status: text,
    amountMinor: minorUnits('amountMinor'),
    currency: text,
  }),
});
