/** The decline that the next charge is made to meet. */
export interface ForcedDecline {
  code: string;
  decline_code: string;
}

/** How the world behaves at the moment; turned by the control API, forgotten at the end of the process. */
export interface Knobs {
  /** Declines for the next charges, first in, first out. */
  forcedDeclines: { decline: ForcedDecline; customer: string | null }[];
  /** How many of the next charges stay `processing` until they are settled by hand. */
  pendingCharges: number;
  /** Real milliseconds until asynchronous refunds and bank debits settle; null: only by hand. */
  settlementDelayMs: number | null;
}

/** A world in which nothing unusual happens. */
export function quietKnobs(): Knobs {
  return { forcedDeclines: [], pendingCharges: 0, settlementDelayMs: 1000 };
}
