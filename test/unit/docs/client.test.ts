import { spawnSync } from 'node:child_process';
import { root } from '../../../scripts/stack/node-program';

describe('The types of the client in client/', () => {
  it('are what the routes make of them now', () => {
    const check = ['--import', 'tsx', 'scripts/generate-client.ts', '--check'];
    const { status, stderr } = spawnSync(process.execPath, check, { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
