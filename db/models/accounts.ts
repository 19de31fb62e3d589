import type { Sequelize } from 'sequelize';
import type {
  AccountTokenRecord,
  ApiKeyRecord,
  RefreshTokenRecord,
  UserRecord,
} from '../../activities/ports/records';
import { flag, instant, integer, json, text, uuid, uuidKey } from '../columns';
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
    emailVerifiedAt: instant('emailVerifiedAt'),
    externalId: text,
    metadata: json,
    erasedAt: instant('erasedAt'),
    stripeErasedAt: instant('stripeErasedAt'),
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
  accountTokens: defineTable<AccountTokenRecord>(
    sequelize,
    'account_tokens',
    {
      id: uuidKey,
      userId: uuid,
      purpose: text,
      expiresAt: instant('expiresAt'),
      usedAt: instant('usedAt'),
      revokedAt: instant('revokedAt'),
    },
    'created',
  ),
  apiKeys: defineTable<ApiKeyRecord>(
    sequelize,
    'api_keys',
    {
      id: uuidKey,
      name: text,
      keyHash: text,
      last4: text,
      live: flag,
      scopes: json,
      madeBy: uuid,
      expiresAt: instant('expiresAt'),
      lastUsedAt: instant('lastUsedAt'),
      revokedAt: instant('revokedAt'),
    },
    'created',
  ),
});
