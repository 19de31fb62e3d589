import { asMinorUnits } from '../../../../presenters/money';
import type { DisputeView } from '../../../../queries/operator/disputes';

export const presentDispute = ({ dispute, subscriptionId, invoiceNumber }: DisputeView) => ({
  id: dispute.id,
  status: dispute.status,
  reason: dispute.reason,
  amount: asMinorUnits(dispute.amountMinor),
  withdrawn: asMinorUnits(dispute.withdrawnMinor),
  currency: dispute.currency,
  evidence_due_by: dispute.evidenceDueAt,
  invoice: dispute.invoiceId,
  invoice_number: invoiceNumber,
  subscription: subscriptionId,
  user: dispute.userId,
  charge: dispute.stripeChargeId,
  opened_at: dispute.openedAt,
  closed_at: dispute.closedAt,
});
