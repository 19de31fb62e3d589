import { join } from 'node:path';

/** Stand-ins for the programs that are not the stack's own: what is tested here is how they are looked after. */
export const standIns = {
  api: join(__dirname, 'api.ts'),
  worker: join(__dirname, 'ready-program.ts'),
  sandbox: join(__dirname, 'ready-program.ts'),
  mail: join(__dirname, 'ready-program.ts'),
  database: join(__dirname, 'database.ts'),
};

export const stubborn = join(__dirname, 'stubborn.ts');
export const stillborn = join(__dirname, 'stillborn.ts');
