import type { UserRecord } from '../../../activities/ports/records';
import type { Dependencies } from '../../dependencies';
import { notFound } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct, type Facts } from './audit';

/** What an operator may change of a customer: it decides on taxes, dates and words of what comes. */
export interface UserChanges {
  country?: string | null | undefined;
  taxStatus?: UserRecord['taxStatus'] | undefined;
  timeZone?: string | undefined;
  locale?: string | undefined;
}

/** Invoices that are made already stay as they are. @throws Problem 404. */
export async function changeUser(
  { database }: Dependencies,
  operator: UserRecord,
  id: string,
  { country, taxStatus, timeZone, locale }: UserChanges,
  reason: string | undefined,
): Promise<UserRecord> {
  await database.transaction(async (transaction) => {
    const row = await database.users.findOne({
      where: { id },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    await row.update(
      {
        ...(country === undefined ? {} : { country }),
        ...(taxStatus === undefined ? {} : { taxStatus }),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(locale === undefined ? {} : { locale }),
      },
      { transaction },
    );
    await recordAct(
      database,
      transaction,
      { operator, action: 'user.change', object: `user/${id}`, reason },
      { before: userFacts(before), after: userFacts(row.get({ plain: true })) },
    );
  });
  return anyRow(database.users, id);
}

/** Nothing personal. */
const userFacts = (user: UserRecord): Facts =>
  factsOf(user, ['country', 'taxStatus', 'timeZone', 'locale']);
