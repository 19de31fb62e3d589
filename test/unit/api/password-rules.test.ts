import { passwordProblems } from '../../../api/accounts/password-rules';

const nobody = { email: 'q@z.example' };
const owner = {
  email: 'wintermute@straylight.example',
  username: 'neuromancer',
  name: 'Marie-France Tessier',
  firstName: 'Marie-France',
  lastName: 'Tessier',
};

describe('a password is refused, as Django does by default, that', () => {
  it.each([
    ['is shorter than 8 characters', 'k3.Qz!a', 'too short. It must contain at least 8 characters'],
    ['is common', 'password123', 'too common'],
    ['is common, in whatever case, with spaces around', '  PassWord123 ', 'too common'],
    ['is all digits', '81547110023', 'entirely numeric'],
    ['is all digits of another script', '٨١٥٤٧١١٠٠٢٣', 'entirely numeric'],
  ])('%s', (_why, password, words) => {
    expect(passwordProblems(password, nobody)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['user name', 'neuromancer1', 'username'],
    ['user name backwards', 'recnamoruen', 'username'],
    ['first name', 'marie-france', 'first name'],
    ['last name in capitals', 'TESSIER99', 'last name'],
    ['mailbox', 'wintermute!', 'email address'],
    ['domain', 'straylight7', 'email address'],
    ['whole address', 'wintermute@straylight.example', 'email address'],
  ])('is like the %s', (_what, password, attribute) => {
    expect(passwordProblems(password, owner)).toEqual([
      `The password is too similar to the ${attribute}.`,
    ]);
  });

  it('breaks several rules: each is told', () => {
    expect(passwordProblems('1234567', nobody)).toHaveLength(2);
    expect(passwordProblems('12345678', nobody)).toHaveLength(2);
  });

  it('is counted in characters as people see them, not in code units', () => {
    expect(passwordProblems('🦊🐻🐼🐨', nobody)).toEqual([expect.stringContaining('too short')]);
    expect(passwordProblems('🦊🐻🐼🐨🐯🦁🐮🐷', nobody)).toEqual([]);
  });
});

it.each(['correct horse battery', 'Tr0ub4dor&3x', 'пароль-из-сказки', 'a long one: mary was here'])(
  '%j is good',
  (password) => {
    expect(passwordProblems(password, owner)).toEqual([]);
  },
);
