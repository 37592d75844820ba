import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { harmlessLines } from '../security/harmless.ts';
import { plantedSecrets } from '../security/secrets.ts';

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
const own = (): string => `${randomBytes(9).toString('hex')}!${randomBytes(6).toString('base64')}?ü`;

test('what has the form or the name of a secret is hidden for every seed, also inside JSON inside JSON', () => {
  const { text } = createRedactor();
  const seen = SEEDS.flatMap((seed) =>
    plantedSecrets(seed).flatMap(({ what, line, secret }) =>
      [line, `applying X on tokyo: ${line} (HTTP 500)`, JSON.stringify({ line }), JSON.stringify(JSON.stringify({ line }))]
        .map(text)
        .filter((safe) => safe.includes(secret) || safe.includes(secret.slice(0, 10)) || safe.includes(secret.slice(-8)) || text(safe) !== safe)
        .map((safe) => `${what}: ${safe}`),
    ),
  );
  expect(seen).toEqual([]);
});

test('the beginning of a secret that was cut before anybody knew it is hidden, at the end and before the mark of the cut', () => {
  const secret = own();
  const { text } = createRedactor(secret);
  const kinds = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const seen = kinds.flatMap((kind) =>
    Array.from({ length: kind.length - 6 }, (_, index) => kind.slice(0, index + 6)).flatMap((piece) =>
      [piece, `${piece}…`, `(pod a: ${piece}…), and more`, `${piece}… (HTTP 500)\nnext`]
        .map((end) => text(`refused with ${end}`))
        .filter((safe) => safe.includes(piece.slice(0, 6)) || text(safe) !== safe),
    ),
  );
  expect(seen).toEqual([]);
});

test('harmless lines stay whole, byte for byte, alone and in JSON', () => {
  const { text, lines } = createRedactor();
  const harmless = harmlessLines();
  expect(harmless.length).toBeGreaterThanOrEqual(200);
  expect(harmless.map(text)).toEqual(harmless);
  expect(harmless.map((line) => text(JSON.stringify({ line })))).toEqual(harmless.map((line) => JSON.stringify({ line })));
  expect(harmless.map(lines())).toEqual(harmless);
});

describe('a credential of the process itself', () => {
  const secret = own();
  const { text, value, lines } = createRedactor(secret);
  const inside = (before: string): string => Buffer.from(`${before}${secret}-and-more`).toString('base64');
  /** The middle of a base64 text that only the secret's own bits decide. */
  const middle = (before: string): string =>
    inside(before).slice(Math.ceil((before.length * 8) / 6), Math.floor(((before.length + Buffer.byteLength(secret)) * 8) / 6));

  test.each([
    ['as it is', secret, secret],
    ['in base64', Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64').slice(0, 20)],
    ['in base64url', Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('base64url').slice(0, 20)],
    ['in base64 behind one byte', inside('a'), middle('a')],
    ['in base64 behind two bytes', inside('ab'), middle('ab')],
    ['in base64 behind three bytes', inside('abc'), middle('abc')],
    ['for a URL', encodeURIComponent(secret), encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ x: secret }).toString(), new URLSearchParams({ x: secret }).toString().slice(2)],
    ['in JSON', JSON.stringify(secret), JSON.stringify(secret).slice(1, -1)],
    ['in hex', Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('hex')],
    ['in capital hex', Buffer.from(secret).toString('hex').toUpperCase(), Buffer.from(secret).toString('hex').toUpperCase()],
  ])('is hidden %s', (_, told, part) => {
    expect(told).toContain(part);
    expect(text(`before ${told} after`)).not.toContain(part);
    expect(text(`before ${told} after`)).toMatch(/^before .*\(hidden\).* after$/s);
  });

  test('is hidden wherever data holds it, keys too, and the rest of the data stays', () => {
    expect(value({ a: [secret, 1, null], [secret]: { b: `x ${secret}` }, when: '2026-11-28T00:00:00.000Z' })).toEqual({
      a: ['(hidden)', 1, null],
      '(hidden)': { b: 'x (hidden)' },
      when: '2026-11-28T00:00:00.000Z',
    });
  });

  test.each([4, 9, 13, 20])('is hidden when a tool wraps it behind %d characters', (width) => {
    const long = randomBytes(30).toString('hex');
    const clean = createRedactor(long).lines();
    const told = [`value ${long.slice(0, 20 + width)}`, `${long.slice(20 + width)} refused`].map(clean);
    expect(told.join('\n')).not.toContain(long.slice(0, 10));
    expect(told.join('\n')).not.toContain(long.slice(-8));
    expect(told[1]).toMatch(/ refused$/);
  });

  test('given for the lines of one tool is hidden there alone', () => {
    const given = own();
    expect(lines([given])(`value ${given} refused`)).toBe('value (hidden) refused');
    expect(text(`value ${given} refused`)).toContain(given);
  });

  test('that is a common word hides no ordinary text', () => {
    const weak = createRedactor('postgres', 'on', '');
    expect(weak.text('postgres runs on tokyo')).toBe('postgres runs on tokyo');
  });
});

test('what is learned later is hidden from then on, and of very many the newest', () => {
  const redactor = createRedactor();
  const secrets = Array.from({ length: 1_000 }, own);
  for (const secret of secrets) redactor.learn(secret);
  expect(redactor.text(`a ${secrets.at(-1)} b`)).toBe('a (hidden) b');
  expect(redactor.value([`a ${secrets.at(-1)} b`])).toEqual(['a (hidden) b']);
});

test('a field that another one names a password is hidden', () => {
  const { value } = createRedactor();
  expect(value({ path: 'spec.password', from: 'a', to: 'b' })).toEqual({ path: 'spec.password', from: '(hidden)', to: '(hidden)' });
  expect(value({ name: 'PGPASSWORD', value: 'a' })).toEqual({ name: 'PGPASSWORD', value: '(hidden)' });
  expect(value({ token: 'a' })).toEqual({ token: '(hidden)' });
  expect(value({ path: 'spec.replicas', from: 'a', to: 'b' })).toEqual({ path: 'spec.replicas', from: 'a', to: 'b' });
});

describe('lines of a tool', () => {
  test('a PEM block is hidden over all its lines, what follows is not', () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const told = ['before', ...privateKey.trim().split('\n'), 'after'].map(createRedactor().lines());
    expect(told.filter((line) => line !== '(hidden)')).toEqual(['before', 'after']);
  });

  test('a PEM block that breaks off hides nothing but itself', () => {
    const clean = createRedactor().lines();
    const told = ['-----BEGIN PRIVATE KEY-----', randomBytes(40).toString('base64'), 'Error: the file ended early', 'and went on'].map(clean);
    expect(told).toEqual(['(hidden)', '(hidden)', 'Error: the file ended early', 'and went on']);
  });

  test('a token that is wrapped is hidden on the next line, too', () => {
    const token = `ghp_${randomBytes(30).toString('hex')}`;
    const told = [`the registry refused the token ${token.slice(0, 50)}`, `${token.slice(50)} (401)`].map(createRedactor().lines());
    expect(told).toEqual(['the registry refused the token (hidden)', '(hidden) (401)']);
  });

  test('a block of YAML under the name of a password is hidden', () => {
    const told = ['password: |-', `  ${own()}`, 'user: app'].map(createRedactor().lines());
    expect(told).toEqual(['password: |-', '(hidden)', 'user: app']);
  });

  test('of an endless one only the beginning is kept, without half a token at its end', () => {
    const token = randomBytes(5_000).toString('hex');
    const safe = createRedactor(token).lines()(`value ${token}`);
    expect(safe).toBe('value …');
  });
});
