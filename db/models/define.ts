import type { Model, ModelAttributes, ModelStatic, Sequelize } from 'sequelize';
import { instant } from '../columns';

/** A model whose rows read as `Record`; what a column defaults to may be left out when creating. */
export type Table<Row extends object> = ModelStatic<Model<Row, Partial<Row>>>;

/** Defines a table with snake_case columns; `timestamps` says which of the two it keeps. */
export function defineTable<Row extends object>(
  sequelize: Sequelize,
  tableName: string,
  columns: ModelAttributes<Model<Row, Partial<Row>>>,
  timestamps: 'created' | 'created and updated' | 'none' = 'created and updated',
): Table<Row> {
  const created = timestamps === 'none' ? {} : { createdAt: instant('createdAt') };
  const updated = timestamps === 'created and updated' ? { updatedAt: instant('updatedAt') } : {};
  const attributes = copied<ModelAttributes<Model<Row, Partial<Row>>>>({
    ...columns,
    ...created,
    ...updated,
  } as ModelAttributes<Model<Row, Partial<Row>>>);
  return sequelize.define<Model<Row, Partial<Row>>>(tableName, attributes, {
    tableName,
    underscored: true,
    freezeTableName: true,
    timestamps: timestamps !== 'none',
    updatedAt: timestamps === 'created and updated',
  });
}

/** Sequelize writes its notes into the objects that it is given, and ours are shared between tables. */
function copied<Columns extends object>(columns: Columns): Columns {
  const entries = Object.entries(columns).map(([name, column]) => [name, { ...column }]);
  // The same names with copies of the same columns.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Columns;
}
