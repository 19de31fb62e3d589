import type { Sequelize } from 'sequelize';
import type { CouponRecord, DiscountRecord, TaxRateRecord } from '../../activities/ports/records';
import { flag, instant, integer, json, minorUnits, text, uuid, uuidKey } from '../columns';
import { defineTable } from './define';

/** What changes a plan's price on an invoice: coupons and taxes. */
export const pricingTables = (sequelize: Sequelize) => ({
  coupons: defineTable<CouponRecord>(sequelize, 'coupons', {
    id: uuidKey,
    code: text,
    name: text,
    percentOff: text,
    amountOffMinor: minorUnits('amountOffMinor'),
    currency: text,
    duration: text,
    durationMonths: integer,
    redeemBy: instant('redeemBy'),
    maxRedemptions: integer,
    planCodes: json,
    archivedAt: instant('archivedAt'),
  }),
  discounts: defineTable<DiscountRecord>(sequelize, 'discounts', {
    id: uuidKey,
    subscriptionId: uuid,
    couponId: uuid,
    startsAt: instant('startsAt'),
    removedAt: instant('removedAt'),
  }),
  taxRates: defineTable<TaxRateRecord>(sequelize, 'tax_rates', {
    id: uuidKey,
    name: text,
    percentage: text,
    inclusive: flag,
    country: text,
    customerStatus: text,
    archivedAt: instant('archivedAt'),
  }),
});
