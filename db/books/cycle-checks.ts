import { check } from './check';

/**
 * Periods tile time (I4), no cycle is missed or counted twice (I5), and each is billed once (I1): by the
 * cycle's own invoice, or by that of the change of interval that began it.
 */
export const cycleChecks = [
  check(
    'periods_tile',
    `select subscription_id, cycle, period_start::text as begins, before::text as ended,
       cycle_before
     from (select subscription_id, cycle, period_start,
         lag(period_end) over later as before, lag(cycle) over later as cycle_before
       from subscription_cycles
       window later as (partition by subscription_id order by cycle)) cycles
     where before <> period_start or cycle_before <> cycle - 1
       or (cycle_before is null and cycle > 1)`,
    (row) =>
      `Cycle ${row.text('cycle')} of subscription ${row.text('subscription_id')} begins at ${row.text('begins')}; the one before it, ${row.text('cycle_before')}, ends at ${row.text('ended')}.`,
  ),
  check(
    'current_cycle_is_recorded',
    `select subscription.id as subscription_id, subscription.cycle, recorded.cycle as recorded
     from subscriptions subscription
     left join lateral (select cycle, period_start, period_end from subscription_cycles
       where subscription_id = subscription.id order by cycle desc limit 1) recorded on true
     where managed_by = 'everbill' and recorded.cycle is not null
       and (recorded.cycle, recorded.period_start, recorded.period_end)
         is distinct from (subscription.cycle, current_period_start, current_period_end)`,
    (row) =>
      `Subscription ${row.text('subscription_id')} is in cycle ${row.text('cycle')}, and its last recorded cycle is ${row.text('recorded')}, or of another period.`,
  ),
  check(
    'billed_cycle_has_its_invoice',
    `select cycles.subscription_id, cycles.cycle
     from subscription_cycles cycles
     where outcome = 'billed' and not exists (select from invoices
       where invoices.subscription_id = cycles.subscription_id
         and (reason = 'cycle' and occasion = cycles.cycle::text
           or reason = 'change' and invoices.cycle = cycles.cycle
             and invoices.period_start = cycles.period_start))`,
    (row) =>
      `Cycle ${row.text('cycle')} of subscription ${row.text('subscription_id')} counts as billed and has no invoice.`,
  ),
  check(
    'cycle_invoice_has_its_cycle',
    `select invoice.id as invoice_id, invoice.number, invoice.subscription_id, invoice.occasion
     from invoices invoice
     where reason = 'cycle' and subscription_id is not null
       and not exists (select from subscription_cycles cycles
         where cycles.subscription_id = invoice.subscription_id and outcome = 'billed'
           and cycles.cycle::text = invoice.occasion
           and cycles.period_start = invoice.period_start)`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) bills cycle ${row.text('occasion')} of subscription ${row.text('subscription_id')}, which is no billed cycle of that period.`,
  ),
];
