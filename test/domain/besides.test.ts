import { expect, test } from 'vitest';
import { diagnose } from '../../src/domain/diagnosis.ts';
import { lookOf } from '../../src/domain/look.ts';
import type { Problem, ProblemCode } from '../../src/domain/problem.ts';
import { told } from '../../src/domain/text.ts';

const AT = '2026-03-01T14:00:00Z';
const problem = (code: ProblemCode): Problem => ({ code, what: told`${code} it is`, evidence: [], remedy: told`mend it` });

/** One look at the servers that found all of it, what leads first. */
const found = (warnings: readonly string[], ...codes: readonly [ProblemCode, ...ProblemCode[]]) => {
  const [first, ...others] = codes;
  const verdict = { healthy: false as const, waitingFor: '', problem: problem(first), besides: others.map(problem), warnings };
  return {
    healthy: false,
    verdicts: [
      { stepId: 'postgres/replication-streaming', title: 'every standby streams', stage: 'Postgres', cluster: 'tokyo', askedAt: AT, verdict },
    ],
  };
};
const codesOf = (troubles: readonly { readonly problem: Problem }[]) => troubles.map((one) => one.problem.code);

test('what one step sees besides is told with its own remedy, and counts as one hop', () => {
  const { cause, also, all, hold } = diagnose(found([], 'PGD-074', 'PGD-067'));
  expect([cause?.problem.code, codesOf(also), all, hold]).toEqual(['PGD-074', ['PGD-067'], 1, 0]);
});

test('what follows from a danger is no cause beside it', () => {
  const { danger, cause, follows } = diagnose(found([], 'PGD-064', 'PGD-062'));
  expect([codesOf(danger), cause, codesOf(follows)]).toEqual([['PGD-064'], undefined, ['PGD-062']]);
  expect(lookOf(found([], 'PGD-064', 'PGD-062'), undefined, AT)).toMatchObject({ standing: 'danger', others: 0 });
});

test('a database without a primary is told so beside a volume that is nearly full', () => {
  const { danger, cause } = diagnose(found([], 'PGD-072', 'PGD-063'));
  expect([codesOf(danger), cause?.problem.code]).toEqual([['PGD-072'], 'PGD-063']);
});

test('commits that wait follow from the standby that is missing', () => {
  const { cause, follows } = diagnose(found([], 'PGD-068', 'PGD-062'));
  expect([cause?.problem.code, codesOf(follows)]).toEqual(['PGD-062', ['PGD-068']]);
});

test('a word about what holds is told also where something else is broken', () => {
  expect(diagnose(found(['slot debezium has no reader'], 'PGD-062')).warnings).toEqual(['slot debezium has no reader']);
});
