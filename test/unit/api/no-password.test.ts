import { noPassword, passwordFits } from '../../../platform/passwords';

describe('No password', () => {
  it.each([
    ['nobody', undefined],
    ['who has not set one yet', noPassword],
    ['who was erased', ''],
  ])('fits %s, and asking is no error', async (_who, stored) => {
    expect(await passwordFits(stored, 'none')).toBe(false);
    expect(await passwordFits(stored, '')).toBe(false);
  });
});
