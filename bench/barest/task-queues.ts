/** The barest workflow's task queues, as many as ours has. */
export const barestTaskQueue = 'barest';
export const barestPaymentsTaskQueue = 'barest-payments';
