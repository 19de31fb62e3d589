import { join } from 'node:path';
import { compileFile, type compileTemplate } from 'pug';
import { assetPath } from './assets';

/** Who sends the invoice. */
export interface Seller {
  name: string;
  /** Where customers write to; undefined when there is none. */
  email: string | undefined;
}

interface Framed {
  title: string;
  seller: Seller;
  /** The page looks again by itself after this. */
  refreshSeconds?: number;
}

/** How good or bad a state is; decides its colour. */
export type Tone = 'good' | 'plain' | 'attention' | 'urgent';

/** How the customer can pay: by no form, at the sandbox's card page, or with Stripe's Payment Element. */
export type PayForm =
  | { kind: 'none' }
  /** Stripe's key for browsers is not configured: the operators are told so. */
  | { kind: 'missing_key' }
  | { kind: 'sandbox'; words: string; consent: string | undefined }
  | {
      kind: 'stripe';
      words: string;
      consent: string | undefined;
      publishableKey: string;
      clientSecret: string;
      returnUrl: string;
    };

/** One invoice, to be seen and paid. Amounts and instants are words already. */
export interface PayPage extends Framed {
  number: string;
  state: { tone: Tone; label: string; sentences: string[] };
  amount: string;
  caption: string;
  /** Why the last payment did not go through. */
  problem: string | undefined;
  pay: PayForm;
  facts: { label: string; value: string }[];
  lines: { description: string; detail: string | undefined; amount: string }[];
  totals: { label: string; amount: string; sum?: boolean }[];
  timeZone: string;
}

/** Why no invoice is shown. */
export interface PayProblemPage extends Framed {
  tone: Tone;
  label: string;
  heading: string;
  sentences: string[];
}

/** The page as HTML. Pug escapes all that is put in. */
export const renderPayPage = (page: PayPage): string => render('pay', page);

export const renderPayProblem = (page: PayProblemPage): string => render('pay-problem', page);

const templates = new Map<string, compileTemplate>();

function render(name: string, locals: object): string {
  const known = templates.get(name);
  const template = known ?? compileFile(join(__dirname, `${name}.pug`), { doctype: 'html' });
  templates.set(name, template);
  return template({ ...locals, asset: assetPath });
}
