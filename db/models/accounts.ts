import type { Sequelize } from 'sequelize';
import type { RefreshTokenRecord, UserRecord } from '../../activities/ports/records';
import { flag, instant, integer, text, uuid, uuidKey } from '../columns';
import { defineTable } from './define';

export const accountTables = (sequelize: Sequelize) => ({
  users: defineTable<UserRecord>(sequelize, 'users', {
    id: uuidKey,
    email: text,
    username: text,
    name: text,
    firstName: text,
    lastName: text,
    passwordHash: text,
    role: text,
    isActive: flag,
    stripeCustomerId: text,
    locale: text,
    timeZone: text,
    invoicePrefix: text,
    lastInvoiceNumber: integer,
    trialUsedAt: instant('trialUsedAt'),
    country: text,
    taxStatus: text,
  }),
  refreshTokens: defineTable<RefreshTokenRecord>(
    sequelize,
    'refresh_tokens',
    {
      id: uuidKey,
      userId: uuid,
      familyId: uuid,
      expiresAt: instant('expiresAt'),
      usedAt: instant('usedAt'),
      revokedAt: instant('revokedAt'),
    },
    'created',
  ),
});
