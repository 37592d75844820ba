import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { redactor } from '../../../src/adapters/cli/redact.ts';

const jwt = `eyJ${randomBytes(9).toString('base64url')}.${randomBytes(30).toString('base64url')}.${randomBytes(30).toString('base64url')}`;

test.each([
  ['a JSON web token', `token=${jwt}`, jwt],
  ['the token of the next command', `clusteradm join --hub-token ${jwt} --cluster-name a`, jwt],
  ['the token in JSON', `{"hub-token":"${jwt}","hub-apiserver":"https://10.0.0.1:6443"}`, jwt],
  ['a bootstrap token', 'using abcdef.0123456789abcdef', 'abcdef.0123456789abcdef'],
  ['a bearer header', `Authorization: Bearer opaque-${'x'.repeat(20)}`, `opaque-${'x'.repeat(20)}`],
])('%s is hidden and the rest of the line stays', (_what, line, secret) => {
  const safe = redactor([])(line);
  expect(safe).not.toContain(secret);
  expect(safe).toContain('(hidden)');
  expect(safe.length).toBeGreaterThan('(hidden)'.length);
});

test('a PEM block is hidden over all its lines, what follows is not', () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const redact = redactor([]);
  const lines = ['before', ...privateKey.trim().split('\n'), 'after'].map(redact);
  expect(lines.filter((line) => line !== '(hidden)')).toEqual(['before', 'after']);
});

test('a given secret is hidden wherever it stands, also line by line and in base64', () => {
  const secret = `${randomBytes(16).toString('hex')}\n${randomBytes(16).toString('hex')}`;
  const redact = redactor([secret]);
  expect(redact(`value ${secret.split('\n')[1]} refused`)).toBe('value (hidden) refused');
  expect(redact(`license: ${Buffer.from(secret).toString('base64')}`)).toBe('license: (hidden)');
});

test('ordinary lines are left alone', () => {
  const redact = redactor(['on']);
  expect(redact('release "kubedb" does not exist on tokyo. Installing it now.')).toBe('release "kubedb" does not exist on tokyo. Installing it now.');
});
