/** What the forms of Matrix and WhatsApp send is what the container reads. */
import { describe, expect, it } from 'vitest';
import { matrixLink, whatsappLink } from '../../../../../contracts/worker-door.js';
import { emptyMatrix, matrixMistakes, matrixRequest, type MatrixFields } from './matrix-request';
import { phoneDigits, whatsappRequest } from './whatsapp-request';

const fields = (some: Partial<MatrixFields> = {}): MatrixFields => ({
  ...emptyMatrix,
  homeserver: 'matrix.example.org',
  user: ' ara ',
  password: ' secret ',
  owner: '@ada:example.org',
  ...some,
});

describe('Matrix', () => {
  it.each([
    ['matrix.example.org', 'matrix.example.org', 'matrix.example.org'],
    [' https://Matrix.example.org/ ', 'https://matrix.example.org', 'matrix.example.org'],
    ['hs.example.org:8448', 'hs.example.org:8448', 'hs.example.org:8448'],
    ['https://hs.example.org:443/_matrix', 'https://hs.example.org', 'hs.example.org'],
  ])('at %s is %s, and opens %s', (homeserver, named, host) => {
    expect(matrixMistakes(fields({ homeserver }))).toEqual(new Set());
    const { credential, hosts } = matrixRequest(fields({ homeserver }));
    expect(matrixLink.parse(credential).homeserver).toBe(named);
    expect(hosts).toEqual([host]);
  });

  it('is signed in to by a password, which stays as it is, or by a token', () => {
    expect(matrixLink.parse(matrixRequest(fields()).credential)).toMatchObject({
      user: 'ara',
      password: ' secret ',
    });
    const byToken = fields({ login: 'token', user: '', password: '', accessToken: ' syt_1 ' });
    expect(matrixMistakes(byToken)).toEqual(new Set());
    expect(matrixLink.parse(matrixRequest(byToken).credential)).toMatchObject({ accessToken: 'syt_1' });
  });

  it('may bring the recovery key of its backup, which is of use with encryption only', () => {
    const recoveryKey = ` ${'EsTz '.repeat(12)}`;
    const some = fields({ recoveryKey });
    expect(matrixMistakes(some)).toEqual(new Set());
    expect(matrixLink.parse(matrixRequest(some).credential)).toHaveProperty('recoveryKey', 'EsTz'.repeat(12));
    for (const none of [fields(), fields({ recoveryKey, encryption: 'off' })]) {
      expect(matrixMistakes(none)).toEqual(new Set());
      expect(matrixLink.parse(matrixRequest(none).credential)).not.toHaveProperty('recoveryKey');
    }
  });

  it.each<[Partial<MatrixFields>, string]>([
    [{ homeserver: '' }, 'homeserver'],
    [{ homeserver: 'localhost' }, 'homeserver'],
    [{ homeserver: 'http://matrix.example.org' }, 'homeserver'],
    [{ homeserver: 'https://u:p@matrix.example.org' }, 'homeserver'],
    [{ user: ' ' }, 'user'],
    [{ password: '' }, 'password'],
    [{ login: 'token' }, 'accessToken'],
    [{ owner: 'ada' }, 'owner'],
    [{ owner: '@ada' }, 'owner'],
    [{ owner: '@a da:example.org' }, 'owner'],
    [{ recoveryKey: 'EsTc' }, 'recoveryKey'],
    [{ recoveryKey: `Es${'0'.repeat(46)}` }, 'recoveryKey'],
  ])('with %j says what is wrong', (some, wrong) => {
    expect([...matrixMistakes(fields(some))]).toEqual([wrong]);
  });
});

describe('WhatsApp', () => {
  it.each([
    ['+49 170 1234567', '491701234567'],
    ['0049 (170) 123-4567', '491701234567'],
    ['1.202.555.0100', '12025550100'],
    ['0170 1234567', null],
    ['+49 17', null],
    ['+49 170 123456789012', null],
    ['my number', null],
    ['', null],
  ])('of %j has the number %j', (typed, digits) => {
    expect(phoneDigits(typed)).toBe(digits);
  });

  it('is told by a QR code, or by a code for the number', () => {
    const fields = { phone: '+49 170 1234567', readReceipts: true } as const;
    expect(whatsappLink.parse(whatsappRequest({ number: 'own', by: 'qr', ...fields }).credential)).toEqual({
      method: 'qr',
      mode: 'own',
    });
    expect(
      whatsappLink.parse(whatsappRequest({ number: 'dedicated', by: 'code', ...fields }).credential),
    ).toEqual({
      method: 'code',
      mode: 'dedicated',
      readReceipts: true,
      phone: '491701234567',
    });
  });
});
