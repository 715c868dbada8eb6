import { expect, it } from 'vitest';
import { isStrong } from './strength';

it.each([
  'seven purple otters swim',
  'correct horse battery staple',
  'k3$Jd92!sLq0',
  'Zwölf Boxkämpfer jagen',
])('takes %j', (passphrase) => {
  expect(isStrong(passphrase)).toBe(true);
});

it.each([
  '',
  'password',
  'Password123!',
  'qwertyuiop',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'otter otter otter otter otter otter',
  'purple otters',
  '12345678901234567890',
  'P@ss1!',
])('refuses %j', (passphrase) => {
  expect(isStrong(passphrase)).toBe(false);
});
