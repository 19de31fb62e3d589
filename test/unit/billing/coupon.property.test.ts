import * as fc from 'fast-check';
import { periodOf, type Epoch, type Term } from '../../../billing/calendar';
import { isInForce, type CouponDuration } from '../../../billing/coupon';
import { instantsOf, terms, timeZones } from './arbitraries';
import { luxonBoundary } from './luxon-calendar';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

/** How many of the first `periods` invoices of an epoch are discounted, in a row from the first. */
function discountedInvoices(epoch: Epoch, duration: CouponDuration, periods: number): number {
  let invoicesDiscounted = 0;
  let stopped = false;
  for (let n = 0; n < periods; n += 1) {
    const inForce = isInForce(
      {
        coupon: { discount: { kind: 'percent', percentage: '50' }, duration },
        startsAt: epoch.anchor,
        timeZone: epoch.timeZone,
        invoicesDiscounted,
      },
      { at: periodOf(epoch, epoch.firstCycle + n).start, planCode: 'pro', currency: 'usd' },
    );
    if (inForce && stopped) throw new Error('A coupon came back');
    if (inForce) invoicesDiscounted += 1;
    else stopped = true;
  }
  return invoicesDiscounted;
}

const anchors = fc.record({ anchor: instantsOf(2012, 2060), timeZone: timeZones });
const months = fc.integer({ min: 1, max: 36 });

describe('for any anchor and zone, a coupon', () => {
  it(
    'for so many months discounts as many monthly invoices, and of longer terms those that begin in them',
    () => {
      const counts = fc.constantFrom(1, 2, 3, 6, 12);
      fc.assert(
        fc.property(anchors, counts, months, (where, intervalCount, length) => {
          const term: Term = { interval: 'month', intervalCount };
          const epoch = { ...where, firstCycle: 1, term };
          const invoices = discountedInvoices(epoch, { kind: 'repeating', months: length }, 40);
          expect(invoices).toBe(Math.ceil(length / intervalCount));
        }),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'of any duration and term is in force exactly for the periods that begin in it',
    () => {
      fc.assert(
        fc.property(anchors, terms, months, (where, term, length) => {
          const epoch = { ...where, firstCycle: 1, term };
          const monthly: Term = { interval: 'month', intervalCount: 1 };
          const end = luxonBoundary({ ...where, term: monthly }, length);
          let begun = 0;
          while (begun < 60 && luxonBoundary(epoch, begun) < end) begun += 1;
          expect(discountedInvoices(epoch, { kind: 'repeating', months: length }, 60)).toBe(begun);
          expect(discountedInvoices(epoch, { kind: 'once' }, 12)).toBe(1);
          expect(discountedInvoices(epoch, { kind: 'forever' }, 12)).toBe(12);
        }),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
