import type Stripe from 'stripe';
import { format } from '../currencies';
import { html, type Html } from './html';

export type Intent = Stripe.PaymentIntent | Stripe.SetupIntent;

/** Where a page posts to and where the holder goes afterwards. */
export interface PageFacts {
  intent: Intent;
  returnUrl: string | null;
  error: string | null;
}

/** Numbers worth offering to somebody who tries things out. */
const SUGGESTIONS: readonly [string, string][] = [
  ['4242 4242 4242 4242', 'succeeds'],
  ['4000 0000 0000 3220', 'asks for 3D Secure'],
  ['4000 0000 0000 9995', 'insufficient funds'],
  ['4000 0000 0000 0002', 'declined'],
  ['4000 0000 0000 0341', 'can be saved, then every charge declines'],
];

/** The form for card details, or what has become of the intent. */
export function cardPage(facts: PageFacts): Html {
  const { intent, returnUrl, error } = facts;
  const done = outcomeOf(intent);
  if (done !== null) {
    return layout(
      'Done',
      html`<h1>${headline(intent)}</h1>
        <p class="done">${done}</p>
        ${returnUrl === null ? null : html`<a href="${returnUrl}">Back to the shop</a>`}`,
    );
  }
  return layout(
    headline(intent),
    html`<h1>${headline(intent)}</h1>
      <p>${intent.description ?? 'Enter the details of a test card.'}</p>
      ${error === null ? null : html`<p role="alert">${error}</p>`}
      <form method="post" action="/pay/${intent.id}">
        ${hidden(facts)}
        <label for="number">Card number</label>
        <input
          id="number"
          name="number"
          inputmode="numeric"
          autocomplete="cc-number"
          required
          placeholder="4242 4242 4242 4242"
        />
        <div class="pair">
          <div>
            <label for="expiry">Expires (MM/YY)</label>
            <input
              id="expiry"
              name="expiry"
              autocomplete="cc-exp"
              required
              placeholder="12/34"
              pattern="\\s*\\d{1,2}\\s*/\\s*(\\d{2}|\\d{4})\\s*"
            />
          </div>
          <div>
            <label for="cvc">Security code</label>
            <input
              id="cvc"
              name="cvc"
              inputmode="numeric"
              autocomplete="cc-csc"
              placeholder="123"
            />
          </div>
        </div>
        <button type="submit">${intent.object === 'payment_intent' ? 'Pay' : 'Save card'}</button>
      </form>
      <details>
        <summary>Test cards</summary>
        <table>
          ${SUGGESTIONS.map(
            ([number, what]) =>
              html`<tr>
                <td>${number}</td>
                <td>${what}</td>
              </tr>`,
          )}
        </table>
      </details>`,
  );
}

/** The bank's question to the holder. */
export function authenticationPage(facts: PageFacts): Html {
  const { intent } = facts;
  return layout(
    '3D Secure',
    html`<h1>Is this you?</h1>
      <p>Your test bank asks you to confirm: ${headline(intent)}.</p>
      <form method="post" action="/authenticate/${intent.id}">
        ${hidden(facts)}
        <button type="submit" name="passed" value="yes">Complete authentication</button>
        <button type="submit" name="passed" value="no" class="plain">Fail authentication</button>
      </form>`,
  );
}

/** Something is wrong with the link. */
export function sorryPage(message: string): Html {
  return layout(
    'Not possible',
    html`<h1>Not possible</h1>
      <p role="alert">${message}</p>`,
  );
}

function hidden({ intent, returnUrl }: PageFacts): Html {
  return html`<input type="hidden" name="client_secret" value="${intent.client_secret ?? ''}" />
    <input type="hidden" name="return_url" value="${returnUrl ?? ''}" />`;
}

function headline(intent: Intent): string {
  return intent.object === 'payment_intent'
    ? `Pay ${format(intent.amount, intent.currency)}`
    : 'Save a card';
}

function outcomeOf(intent: Intent): string | null {
  if (intent.status === 'succeeded') {
    return intent.object === 'payment_intent' ? 'This payment is paid.' : 'The card is saved.';
  }
  return OUTCOMES[intent.status] ?? null;
}

/** What is said once there is nothing left to do. */
const OUTCOMES: Readonly<Record<string, string>> = {
  requires_capture: 'The money is reserved.',
  processing: 'The payment is on its way.',
  canceled: 'This was canceled; nothing is to be paid here.',
};

function layout(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} – Stripe sandbox</title>
        <link rel="stylesheet" href="/_assets/page.css" />
      </head>
      <body>
        <main><span class="badge">Stripe sandbox: no real money</span>${content}</main>
      </body>
    </html>`;
}
