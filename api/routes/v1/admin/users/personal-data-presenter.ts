import type { z } from 'zod';
import type { PayLinks } from '../../../../../platform/pay-links';
import { asMinorUnits } from '../../../../presenters/money';
import { tell } from '../../../../presenters/timeline';
import type { PersonalData } from '../../../../queries/operator/personal-data';
import type { PaymentView } from '../../../../queries/payments';
import { presentInvoice } from '../../invoices/presenter';
import { presentSubscription } from '../../subscriptions/presenter';
import type { personalData } from './personal-data-schema';
import { present } from './presenter';

/** @param at when it is told */
export function presentPersonalData(
  data: PersonalData,
  payLinks: PayLinks,
  at: string,
): z.input<typeof personalData> {
  const { user } = data;
  return {
    exported_at: at,
    profile: {
      ...present(user),
      first_name: user.firstName,
      last_name: user.lastName,
      updated_at: user.updatedAt,
    },
    sessions: data.sessions.map((session) => ({
      begun_at: session.createdAt,
      expires_at: session.expiresAt,
      ended_at: session.revokedAt,
    })),
    subscriptions: subscriptionsOf(data),
    invoices: data.invoices.map((view) => {
      // Whoever has the link of a pay page can open it (I12).
      const { hosted_url: _, ...invoice } = presentInvoice(view, payLinks);
      return invoice;
    }),
    ...moneyOf(data),
    payment_methods: data.paymentMethods.map((card) => ({
      id: card.id,
      type: card.type,
      brand: card.brand,
      last4: card.last4,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      is_default: card.isDefault,
      removed_at: card.detachedAt,
      created_at: card.createdAt,
    })),
    emails: data.emails.map((email) => ({
      id: email.id,
      kind: email.kind,
      status: email.status,
      message_id: email.messageId,
      created_at: email.createdAt,
      sent_at: email.sentAt,
    })),
    words: data.words.map(({ createdAt, data: words }) => ({ at: createdAt, data: { ...words } })),
    acts: data.acts.map((act) => ({ at: act.at, action: act.action, reason: act.reason })),
  };
}

const subscriptionsOf = ({ subscriptions, events }: PersonalData) =>
  subscriptions.map((view) => ({
    ...presentSubscription(view),
    cancel_reason: view.subscription.cancelReason,
    events: events
      .filter(({ subscriptionId }) => subscriptionId === view.subscription.id)
      .map((event) => ({
        at: event.at,
        type: event.type,
        text: tell(event, view.subscription.timeZone),
        data: event.data,
      })),
  }));

const moneyOf = (data: PersonalData) => ({
  invoice_items: data.invoiceItems.map((item) => ({
    id: item.id,
    subscription: item.subscriptionId,
    description: item.description,
    quantity: item.quantity,
    amount: asMinorUnits(item.amountMinor),
    currency: item.currency,
    invoice: item.invoiceId,
    created_at: item.createdAt,
  })),
  payments: data.payments.map(presentPayment),
  refunds: data.refunds.map((refund) => ({
    id: refund.id,
    invoice: refund.invoiceId,
    amount: asMinorUnits(refund.amountMinor),
    currency: refund.currency,
    status: refund.status,
    created_at: refund.createdAt,
  })),
  disputes: data.disputes.map((dispute) => ({
    id: dispute.id,
    invoice: dispute.invoiceId,
    amount: asMinorUnits(dispute.amountMinor),
    currency: dispute.currency,
    reason: dispute.reason,
    status: dispute.status,
    opened_at: dispute.openedAt,
  })),
  balance: data.balance.map((row) => ({
    amount: asMinorUnits(row.amountMinor),
    currency: row.currency,
    kind: row.kind,
    invoice: row.invoiceId,
    created_at: row.createdAt,
  })),
});

function presentPayment(view: PaymentView) {
  if ('mirrored' in view) {
    const { mirrored } = view;
    return {
      id: mirrored.id,
      invoice: null,
      subscription: mirrored.subscriptionId,
      amount: asMinorUnits(mirrored.amountMinor),
      currency: mirrored.currency,
      status: mirrored.status,
      payment_method: null,
      payment_intent: mirrored.stripePaymentIntentId,
      at: mirrored.paidAt ?? mirrored.createdAt,
    };
  }
  const { attempt, invoice } = view;
  return {
    id: attempt.id,
    invoice: invoice.id,
    subscription: invoice.subscriptionId,
    amount: asMinorUnits(attempt.amountMinor),
    currency: attempt.currency,
    status: attempt.status,
    payment_method: attempt.paymentMethodId,
    payment_intent: attempt.stripePaymentIntentId,
    at: attempt.attemptedAt,
  };
}
