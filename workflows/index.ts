/** Every workflow, and nothing else: each export is registered with the worker. */
export { answerDispute } from './answer-dispute';
export { invoiceCommand } from './invoice-command';
export { moveSubscribers } from './move-subscribers';
export { paymentEvent } from './payment-event';
export { paymentMethodEvent } from './payment-method-event';
export { reconcile } from './reconciliation';
export { subscription } from './subscription';
export { testClock } from './test-clock';
