import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header of one delivery.
 *
 * @param at real time of this delivery, whole seconds since 1970: receivers refuse old signatures
 * @param secret the endpoint's whole secret, `whsec_` included
 */
export function signatureHeader(payload: string, secret: string, at: number): string {
  const digest = createHmac('sha256', secret).update(`${at}.${payload}`, 'utf8').digest('hex');
  return `t=${at},v1=${digest}`;
}
