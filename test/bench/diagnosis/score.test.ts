import { expect, test } from 'vitest';
import { type Look, markOf, rightOf, steady } from '../../../bench/diagnosis/score.ts';
import { FAULTS } from '../../../playground/faults/catalogue.ts';
import type { Fault } from '../../../playground/faults/fault.ts';
import { PAIRS } from '../../../playground/faults/pairs.ts';
import type { Diagnosis, Trouble } from '../../../src/domain/diagnosis.ts';
import { PROBLEMS, type ProblemCode } from '../../../src/domain/problem.ts';
import { told } from '../../../src/domain/text.ts';

const fault: Fault = { ...FAULTS[0]!, code: 'PGD-037', says: ['UDP'] };
const trouble = (code: ProblemCode, evidence: string): Trouble => ({
  problem: { code, what: told`broken`, evidence: [evidence], remedy: told`mend it` },
  cluster: 'tokyo',
  hop: 'a hop',
});
const found = (parts: Partial<Diagnosis>): Diagnosis => ({
  danger: [],
  follows: [],
  also: [],
  undecided: [],
  ruledOut: [],
  warnings: [],
  hold: 1,
  unasked: 0,
  all: 1,
  ...parts,
});

test('a look is right where the code leads, the words are there, and nothing else claims to be a cause', () => {
  const cause = trouble('PGD-037', 'UDP is dropped');
  expect(markOf(found({ cause }), fault)).toBe('right');
  expect(markOf(found({ danger: [cause] }), fault)).toBe('right');
  expect(markOf(found({ cause: trouble('PGD-037', 'no word of it') }), fault)).toBe('wrong');
  expect(markOf(found({ cause: trouble('PGD-062', 'UDP') }), fault)).toBe('wrong');
  expect(markOf(found({ cause, also: [trouble('PGD-062', 'missing')] }), fault)).toBe('wrong');
});

test('who names nothing abstains', () => {
  expect(markOf(found({}), fault)).toBe('abstained');
  expect(markOf(found({ undecided: [{ ...trouble('PGD-062', 'missing'), check: told`ask again` }] }), fault)).toBe('abstained');
});

test('looks are counted, and faults of which each look said the same', () => {
  const look = (id: string, mark: Look['mark'], lead: string): Look => ({ fault: id, noisy: false, mark, lead, tookMs: 1 });
  const looks = [look('a', 'right', 'PGD-037'), look('a', 'right', 'PGD-037'), look('b', 'right', 'PGD-062'), look('b', 'abstained', '')];
  expect(rightOf(looks)).toBe(75);
  expect(rightOf([])).toBeUndefined();
  expect(steady(looks)).toEqual({ same: 1, all: 2 });
});

test('the catalogue has fifty faults and more, each with a name of its own, a code that exists and words to look for', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  expect(FAULTS.filter(({ code, says, remedy }) => PROBLEMS[code as ProblemCode] === undefined || says.length === 0 || remedy === '')).toEqual([]);
});

test('ten pairs are made of faults of the catalogue with codes of their own', () => {
  expect(PAIRS).toHaveLength(10);
  for (const pair of PAIRS) {
    const codes = pair.map((id) => FAULTS.find((one) => one.id === id)?.code);
    expect(codes, pair.join()).not.toContain(undefined);
    expect(new Set(codes).size, pair.join()).toBe(2);
  }
});
