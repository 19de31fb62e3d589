import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Length of the random part, as Stripe's own ids have it. */
const RANDOM_LENGTH = 24;

/**
 * Mints ids such as `pi_1Kx…`. With a seed the ids of each prefix are the same in every run, so that a
 * test can be repeated to the letter; without one they are random.
 */
export class IdMint {
  private readonly counters = new Map<string, number>();

  constructor(private readonly seed: number | undefined) {}

  /**
   * @param prefix what comes before the underscore, e.g. `pi`
   * @param taken answers whether an id exists already: a seeded mint that continues on a stored state
   *   walks past the ids that it handed out before the restart
   */
  mint(prefix: string, taken: (id: string) => boolean = () => false): string {
    for (;;) {
      const id = `${prefix}_${this.random(prefix)}`;
      if (!taken(id)) {
        return id;
      }
    }
  }

  /** A secret of the same alphabet, e.g. the part after `_secret_`. */
  secret(purpose: string): string {
    return this.random(`secret ${purpose}`);
  }

  private random(stream: string): string {
    const bytes = this.bytes(stream);
    let text = '';
    for (const byte of bytes.subarray(0, RANDOM_LENGTH)) {
      text += ALPHABET[byte % ALPHABET.length] ?? '0';
    }
    return text;
  }

  private bytes(stream: string): Buffer {
    if (this.seed === undefined) {
      return randomBytes(RANDOM_LENGTH);
    }
    const count = (this.counters.get(stream) ?? 0) + 1;
    this.counters.set(stream, count);
    return createHash('sha256').update(`${this.seed} ${stream} ${count}`).digest();
  }
}
