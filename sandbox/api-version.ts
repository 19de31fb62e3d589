import StripePackage from 'stripe';

/** The version of Stripe's API that the installed `stripe` package speaks, and so does the sandbox. */
export const API_VERSION = StripePackage.API_VERSION;
