import { fn, where as sqlWhere, col } from 'sequelize';
import type { UserRecord } from '../../activities/ports/records';
import { passwordFits } from '../../platform/passwords';
import { beginSession, type ClientKind, type TokenPair } from '../accounts/sessions';
import type { Dependencies } from '../dependencies';
import type { Problem } from '../http/problem';

export interface LogIn {
  email: string;
  password: string;
  /** The client's IP address. */
  address: string;
}

/**
 * Logs in. An unknown address, a wrong password and a deactivated account are told alike: `wrong`.
 * @throws Problem 429 after too many wrong logins, or `wrong`.
 */
export async function logIn(
  dependencies: Dependencies,
  { email, password, address }: LogIn,
  kind: ClientKind,
  wrong: () => Problem,
): Promise<{ user: UserRecord; tokens: TokenPair }> {
  const { database, limits, attempts } = dependencies;
  const counted = attempts.logIn(email, address);
  await limits.spend(counted);
  const row = await database.users.findOne({
    where: sqlWhere(fn('lower', col('email')), email.toLowerCase()),
  });
  const user = row?.get({ plain: true });
  const fits = await passwordFits(user?.passwordHash, password);
  if (user === undefined || !fits || !user.isActive) throw wrong();
  await limits.forgive(counted);
  const tokens = await database.transaction((transaction) =>
    beginSession(dependencies, transaction, user.id, kind),
  );
  return { user, tokens };
}
