import type { UserRecord } from '../../activities/ports/records';
import { isLive } from '../../billing/subscription';
import type { Database } from '../../db/database';
import { viewInvoice, type InvoiceView } from './invoices';

/** An invoice as whoever has its link sees it. */
export interface HostedInvoice extends InvoiceView {
  /** Whose it is: how they read amounts and instants. */
  user: UserRecord;
  /** Whether its subscription goes on and is charged by a saved payment method. */
  chargedAutomatically: boolean;
}

/** By its id alone: the link is what gives the right to see it. Drafts are not shown. */
export async function hostedInvoice(
  database: Database,
  id: string,
): Promise<HostedInvoice | undefined> {
  const invoice = (await database.invoices.findByPk(id))?.get({ plain: true });
  if (invoice === undefined || invoice.status === 'draft') return undefined;
  const [view, user, subscription] = await Promise.all([
    viewInvoice(database, invoice),
    database.users.findByPk(invoice.userId, { rejectOnEmpty: true }),
    invoice.subscriptionId === null
      ? null
      : database.subscriptions.findByPk(invoice.subscriptionId),
  ]);
  const row = subscription?.get({ plain: true });
  return {
    ...view,
    user: user.get({ plain: true }),
    chargedAutomatically:
      row !== undefined &&
      isLive(row.status) &&
      row.collectionMethod === 'charge_automatically' &&
      invoice.collectionMethod === 'charge_automatically',
  };
}
