import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/stack/node-program';

describe('The defects of the systems replaced', () => {
  it('have one test each, from 1 to 17, none left out and none skipped', () => {
    const folder = join(root, 'test', 'api', 'defects');
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const numbers = texts.flatMap((text) =>
      [...text.matchAll(/^\s+it\(\s*'(\d+)\. /gm)].map(([, number]) => Number(number)),
    );
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 17 }, (_, index) => index + 1),
    );
    expect(texts.join('\n')).not.toMatch(/\b(?:it|describe)\.(?:skip|only|todo)\b|\bxit\b|\bfit\b/);
  });
});
