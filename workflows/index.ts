/** Every workflow, and nothing else: each export is registered with the worker. */
export { invoiceCommand } from './invoice-command';
export { moveSubscribers } from './move-subscribers';
export { paymentEvent } from './payment-event';
export { subscription } from './subscription';
export { testClock } from './test-clock';
