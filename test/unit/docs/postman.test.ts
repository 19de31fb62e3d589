import { spawnSync } from 'node:child_process';
import { root } from '../../../scripts/stack/node-program';

describe('The Postman collection in docs/', () => {
  it('is what the routes make of it now', () => {
    const check = ['--import', 'tsx', 'scripts/generate-postman.ts', '--check'];
    const { status, stderr } = spawnSync(process.execPath, check, { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
