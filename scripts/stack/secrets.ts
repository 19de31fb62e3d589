import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a stack generates once and keeps: with new ones, every session and every webhook would be refused. */
export interface Secrets {
  readonly jwtSecret: string;
  /** In Stripe's form, `whsec_…`. */
  readonly webhookSecret: string;
}

/** Reads DATA_DIR/secrets.json, or makes it, readable by its owner only. */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isSecrets(kept)) return kept;
  } catch {
    // Not there yet, or cut short by a crash: nothing can have used it.
  }
  const secrets: Secrets = {
    jwtSecret: randomBytes(32).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(24).toString('base64url')}`,
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function isSecrets(value: unknown): value is Secrets {
  return (
    typeof value === 'object' &&
    value !== null &&
    'jwtSecret' in value &&
    typeof value.jwtSecret === 'string' &&
    'webhookSecret' in value &&
    typeof value.webhookSecret === 'string'
  );
}
