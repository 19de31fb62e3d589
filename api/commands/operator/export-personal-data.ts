import type { UserRecord } from '../../../activities/ports/records';
import type { Dependencies } from '../../dependencies';
import { personalData, type PersonalData } from '../../queries/operator/personal-data';
import { recordAct } from './audit';
import type { AccessAct } from './user-access';

/** Everything that is held of a person; that it was looked at is in the audit log. @throws Problem 404. */
export async function exportPersonalData(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: AccessAct,
): Promise<{ data: PersonalData; at: string }> {
  const data = await personalData(database, id);
  await database.transaction((transaction) =>
    recordAct(
      database,
      transaction,
      { operator, action: 'user.export', object: `user/${id}`, reason },
      { before: null, after: null },
    ),
  );
  return { data, at: new Date().toISOString() };
}
