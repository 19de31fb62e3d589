import { invalidRequest } from '../errors';
import type { KeyKind } from '../http/api-keys';

/**
 * Lets a browser touch only the intent whose client secret it was given. With a secret key the client secret may
 * be left out, but a wrong one is refused all the same.
 *
 * @throws ApiError 400
 */
export function checkClientSecret(
  key: KeyKind,
  given: string | undefined,
  intent: { client_secret: string | null; object: 'payment_intent' | 'setup_intent' },
): void {
  if (given === undefined && key === 'publishable') {
    throw invalidRequest('Missing required param: client_secret.', {
      code: 'parameter_missing',
      param: 'client_secret',
    });
  }
  if (given !== undefined && given !== intent.client_secret) {
    const kind = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
    throw invalidRequest(
      `The client_secret provided does not match the client_secret associated with the ${kind}.`,
      { code: `${intent.object}_invalid_parameter`, param: 'client_secret' },
    );
  }
}
