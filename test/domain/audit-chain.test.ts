import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { chained, createChainCheck, GENESIS, headOf } from '../../src/domain/audit-chain.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('an entry holds the SHA-256 of the hash before it and the canonical JSON of its fields with its number', () => {
  const first = chained(GENESIS, { run: 'r1', deed: 'approve' });
  expect(first).toEqual({
    run: 'r1',
    deed: 'approve',
    seq: '1',
    previous: '0'.repeat(64),
    hash: sha256(`${'0'.repeat(64)}{"deed":"approve","run":"r1","seq":"1"}`),
  });
  const second = chained(headOf(first), { deed: 'end' });
  expect(second).toEqual({ deed: 'end', seq: '2', previous: first.hash, hash: sha256(`${first.hash}{"deed":"end","seq":"2"}`) });
});

test('the order in which the store gives the fields back means nothing', () => {
  const { hash, previous, seq, deed, run } = chained(GENESIS, { run: 'r1', deed: 'approve' }) as Record<string, string>;
  expect(createChainCheck().next({ hash: hash!, seq: seq!, deed: deed!, run: run!, previous: previous! })).toBeUndefined();
});

test('a chain may start after a stated head, and after no other', () => {
  const sixteenth = { seq: 16, hash: sha256('sixteen') };
  const entry = chained(sixteenth, { deed: 'end' });
  expect(createChainCheck(sixteenth).next(entry)).toBeUndefined();
  expect(createChainCheck().next(entry)).toBe('entry 1 is missing or out of place: after entry 0 stands entry 17');
  expect(createChainCheck({ seq: 16, hash: sha256('other') }).next(entry)).toBe('entry 17 does not follow entry 16: one of the two was made anew');
});

test('what comes after a broken entry is held against it as it stands, so that each fault is told once', () => {
  const first = chained(GENESIS, { deed: 'a' });
  const second = chained(headOf(first), { deed: 'b' });
  const third = chained(headOf(second), { deed: 'c' });
  const check = createChainCheck();
  expect([first, { ...second, deed: 'x' }, third].map((entry) => check.next(entry))).toEqual([
    undefined,
    'entry 2 was changed: its hash is not that of its words',
    undefined,
  ]);
});

test.each([{}, { seq: '1' }, { seq: '01', previous: '0'.repeat(64), hash: '0'.repeat(64) }, { seq: '1', previous: 'x', hash: 'y' }])(
  '%j is no entry of a chain',
  (fields) => {
    expect(createChainCheck().next(fields as Record<string, string>)).toBe(
      'after entry 0 stands an entry that is none of the chain: it has no number and no hash',
    );
  },
);
