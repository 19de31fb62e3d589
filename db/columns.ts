import { DataTypes, type Model, type ModelAttributeColumnOptions } from 'sequelize';

/**
 * Column kinds whose value in code differs from what the driver returns. They are turned at the
 * model's edge, so that no caller ever meets a BIGINT as a string or an instant as a Date.
 */

/** A count of minor units: BIGINT in SQL, bigint in code. */
export function minorUnits(name: string): ModelAttributeColumnOptions {
  return {
    type: DataTypes.BIGINT,
    get(this: Model) {
      const value: unknown = this.getDataValue(name);
      return typeof value === 'string' || typeof value === 'number' ? BigInt(value) : value;
    },
  };
}

/** An instant: TIMESTAMPTZ(3) in SQL, a canonical ISO-8601 UTC string in code. */
export function instant(name: string): ModelAttributeColumnOptions {
  return {
    type: DataTypes.DATE(3),
    get(this: Model) {
      const value: unknown = this.getDataValue(name);
      return value instanceof Date ? value.toISOString() : value;
    },
  };
}

export const uuid = { type: DataTypes.UUID } as const;
export const text = { type: DataTypes.TEXT } as const;
export const integer = { type: DataTypes.INTEGER } as const;
export const flag = { type: DataTypes.BOOLEAN } as const;
export const json = { type: DataTypes.JSONB } as const;
/** The primary key that our code makes (a UUID) or that Stripe made (text). */
export const uuidKey = { type: DataTypes.UUID, primaryKey: true } as const;
export const textKey = { type: DataTypes.TEXT, primaryKey: true } as const;
