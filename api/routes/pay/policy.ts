import type { PayForm } from '../../../templates/pages/render-page';

/** https://docs.stripe.com/security/guide#content-security-policy */
const stripe = {
  scripts: 'https://js.stripe.com https://*.js.stripe.com',
  frames: 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
  connections: 'https://api.stripe.com',
  images: 'https://*.stripe.com',
};

/**
 * The headers of a page that a secret link opens: it is kept nowhere, tells nobody where it came from,
 * and is found by no search engine. Scripts run only where Stripe's form is shown.
 * @param sandboxUrl where the browser is sent from the form; it counts as the form's target
 */
export function payPageHeaders(form: PayForm['kind'], sandboxUrl?: string): Record<string, string> {
  const targets = sandboxUrl === undefined ? '' : ` ${new URL(sandboxUrl).origin}`;
  const ofForm = {
    none: ["form-action 'none'"],
    missing_key: ["form-action 'none'"],
    sandbox: [`form-action 'self'${targets}`],
    stripe: [
      `script-src 'self' ${stripe.scripts}`,
      `frame-src ${stripe.frames}`,
      `connect-src ${stripe.connections}`,
      `img-src ${stripe.images} data:`,
      "form-action 'none'",
    ],
  };
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "style-src 'self'",
      ...(form === 'stripe' ? [] : ['img-src data:']),
      ...ofForm[form],
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow',
  };
}
