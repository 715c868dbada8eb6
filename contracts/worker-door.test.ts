/** What a user gives to link a channel, as the commands, the dashboard and the bridges all read it. */
import { describe, expect, it } from 'vitest';
import { matrixLink, whatsappLink } from './worker-door.js';

describe('a link with Matrix', () => {
  const owner = '@me:example.org';
  it('is read without the blanks around it, and encrypts unless it says otherwise', () => {
    const given = { homeserver: ' example.org ', owner, user: ' ara ', password: ' as it is ' };
    const read = { homeserver: 'example.org', owner, user: 'ara', password: ' as it is ', encryption: 'on' };
    expect(matrixLink.parse(given)).toEqual(read);
  });

  it.each([
    [{ homeserver: ' ', owner, accessToken: 't' }],
    [{ homeserver: 'example.org', owner: 'me', accessToken: 't' }],
    [{ homeserver: 'example.org', owner: `@${'a'.repeat(300)}:example.org`, accessToken: 't' }],
    [{ homeserver: 'example.org', owner: '@me\0:example.org', accessToken: 't' }],
    [{ homeserver: 'example.org', owner, user: 'ara' }],
    [{ homeserver: 'example.org', owner, accessToken: 't', encryption: 'sometimes' }],
    [{ homeserver: 'example.org', owner, accessToken: 't', more: 1 }],
  ])('is not %j', (given) => expect(matrixLink.safeParse(given).success).toBe(false));
});

describe('a link with WhatsApp', () => {
  it('has a number in digits, however it was written, and says nothing of read receipts unless asked to', () => {
    const given = { method: 'code', mode: 'dedicated', phone: ' +49 (170) 123-45.67' };
    expect(whatsappLink.parse(given)).toEqual({ ...given, phone: '491701234567' });
    const read = { method: 'qr', mode: 'own', readReceipts: true };
    expect(whatsappLink.parse(read)).toEqual(read);
  });

  it.each([
    [{ method: 'code', mode: 'own', phone: '0170 1234567' }],
    [{ method: 'code', mode: 'own', phone: '+49 17' }],
    [{ method: 'code', mode: 'own' }],
    [{ method: 'qr', mode: 'borrowed' }],
    [{ method: 'qr', mode: 'own', readReceipts: 'yes' }],
  ])('is not %j', (given) => expect(whatsappLink.safeParse(given).success).toBe(false));
});
