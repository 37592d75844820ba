import { expect, test } from 'vitest';
import { diagnose, ranked } from '../../src/domain/diagnosis.ts';
import { CONSEQUENCES, DANGERS, EXPLANATIONS, UNHEARD } from '../../src/domain/explanations.ts';
import { PROBLEMS, type ProblemCode } from '../../src/domain/problem.ts';
import { told } from '../../src/domain/text.ts';

type Seen = readonly [code: ProblemCode | 'holds', cluster: string, what?: string, area?: string];

/** The rows of a look, in the procedure's order. */
const look = (...seen: readonly Seen[]) => ({
  verdicts: seen.map(([code, cluster, what = code, area = 'any'], at) => ({
    stepId: `${area}/step-${at}`,
    title: `hop ${at}`,
    stage: 'Any',
    cluster,
    askedAt: '2026-03-01T14:00:00Z',
    verdict:
      code === 'holds'
        ? { healthy: true as const, evidence: 'seen' }
        : { healthy: false as const, waitingFor: '', problem: { code, what: told`${what} on ${cluster}`, evidence: [], remedy: told`mend it` } },
  })),
});

const codes = (troubles: readonly { readonly problem: { readonly code: ProblemCode } }[]) => troubles.map(({ problem }) => problem.code);

const CASES: readonly (readonly [string, readonly Seen[], Partial<Record<'danger' | 'cause' | 'follows' | 'also', readonly ProblemCode[]>>])[] = [
  ['nothing is wrong', [['holds', 'tokyo']], {}],
  [
    'a dead tunnel takes its standby away',
    [
      ['PGD-037', 'tokyo'],
      ['PGD-062', 'tokyo'],
    ],
    { cause: ['PGD-037'], follows: ['PGD-062'] },
  ],
  [
    'a silent hub is one trouble, and what only it could tell is not known because of it',
    [
      ['PGD-001', 'tokyo', 'a'],
      ['PGD-001', 'tokyo', 'b'],
      ['PGD-004', 'tokyo', 'c'],
      ['PGD-066', 'tokyo'],
    ],
    { cause: ['PGD-001'], follows: ['PGD-004', 'PGD-066'] },
  ],
  [
    'two primaries outrank an add-on that is missing, and are not its consequence',
    [
      ['PGD-034', 'osaka'],
      ['PGD-037', 'tokyo'],
      ['PGD-064', 'tokyo'],
    ],
    { danger: ['PGD-064'], cause: ['PGD-034'], follows: ['PGD-037'] },
  ],
  [
    'two faults that have nothing to do with each other are both told',
    [
      ['PGD-052', 'osaka'],
      ['PGD-067', 'osaka'],
    ],
    { cause: ['PGD-052'], also: ['PGD-067'] },
  ],
  [
    'what is wrong on one cluster does not explain the pods of another',
    [
      ['PGD-046', 'osaka'],
      ['PGD-061', 'tokyo'],
    ],
    { cause: ['PGD-046'], also: ['PGD-061'] },
  ],
  [
    'what an earlier hop should have made is missing because of it',
    [
      ['PGD-020', 'tokyo'],
      ['PGD-083', 'osaka'],
    ],
    { cause: ['PGD-020'], follows: ['PGD-083'] },
  ],
  [
    'what is missing before a broken hop is a cause of its own',
    [
      ['PGD-083', 'osaka'],
      ['PGD-037', 'tokyo'],
    ],
    { cause: ['PGD-083'], also: ['PGD-037'] },
  ],
  [
    'a database that was never deployed has no pods because of that',
    [
      ['PGD-060', 'tokyo'],
      ['PGD-061', 'tokyo'],
      ['PGD-070', 'tokyo'],
    ],
    { cause: ['PGD-070'], follows: ['PGD-060', 'PGD-061'] },
  ],
  [
    'of two that explain each other the earlier hop is the cause',
    [
      ['PGD-060', 'tokyo'],
      ['PGD-061', 'tokyo'],
    ],
    { cause: ['PGD-060'], follows: ['PGD-061'] },
  ],
];

test.each(CASES)('%s', (_, seen, wanted) => {
  const { danger, cause, follows, also } = diagnose(look(...seen));
  expect({ danger: codes(danger), cause: cause === undefined ? [] : [cause.problem.code], follows: codes(follows), also: codes(also) }).toEqual({
    danger: [],
    cause: [],
    follows: [],
    also: [],
    ...wanted,
  });
});

test('every pair of problems has exactly one that leads, and each is told exactly once', () => {
  const all = Object.keys(PROBLEMS) as ProblemCode[];
  for (const first of all)
    for (const second of all)
      for (const cluster of ['tokyo', 'osaka']) {
        const found = diagnose(look([first, 'tokyo'], [second, cluster, 'other']));
        const told = ranked(found);
        const where = `${first} on tokyo, ${second} on ${cluster}`;
        expect(new Set(told).size, where).toBe(told.length);
        expect(told.length, where).toBe(UNHEARD.includes(first) && first === second && cluster === 'tokyo' ? 1 : 2);
        expect(found.cause !== undefined || found.danger.length > 0 || found.undecided.length > 0, where).toBe(true);
        const leads = DANGERS.includes(first) || !DANGERS.includes(second) || codes(told)[0] === second;
        expect(leads, where).toBe(true);
      }
});

test('hops are counted over one denominator: those that hold, those that do not, those that nobody could ask', () => {
  expect(diagnose(look(['holds', 'tokyo'], ['PGD-037', 'tokyo'], ['PGD-001', 'osaka'], ['PGD-083', 'tokyo']))).toMatchObject({
    hold: 1,
    unasked: 2,
    all: 4,
  });
});

test('what may follow from a hop that nobody could ask is not called a cause, and the next check is told', () => {
  const seen = diagnose(look(['PGD-001', 'osaka', 'silent', 'kubeslice'], ['PGD-062', 'tokyo', 'missing', 'postgres']));
  expect(seen.cause?.problem.code).toBe('PGD-001');
  expect(seen).toMatchObject({
    also: [],
    undecided: [{ problem: { code: 'PGD-062' }, check: expect.stringContaining('Bring osaka back') as string }],
  });
  const decided = diagnose(look(['PGD-001', 'osaka', 'silent', 'preflight'], ['PGD-043', 'tokyo', 'scaled to 0', 'kubedb']));
  expect(decided).toMatchObject({ also: [{ problem: { code: 'PGD-043' } }], undecided: [] });
});

test('where there was no time for every hop, a symptom is no cause', () => {
  const { cause, undecided } = diagnose({ ...look(['PGD-062', 'tokyo', 'missing', 'postgres']), notAsked: 4 });
  expect(cause).toBeUndefined();
  expect(undecided).toMatchObject([{ problem: { code: 'PGD-062' }, check: expect.stringContaining('verify') as string }]);
});

test('what was not asked in time leaves a cause undecided only where it could explain it, and is named', () => {
  const seen = look(['PGD-062', 'tokyo', 'missing', 'postgres']);
  const late = (stepId: string) => ({ ...seen, notAsked: 1, late: [{ stepId, title: 'the tunnel is up', cluster: 'tokyo' }] });
  expect(diagnose(late('kubeslice/tunnel-up')).undecided).toMatchObject([{ check: expect.stringContaining('the tunnel is up') as string }]);
  expect(diagnose(late('preflight/cluster-reachable@osaka'))).toMatchObject({
    cause: { problem: { code: 'PGD-062' } },
    undecided: [],
    unasked: 1,
    all: 2,
  });
});

test('rights that are missing on a cluster do not stand for its silence', () => {
  const seen = diagnose(look(['PGD-002', 'osaka', 'lack rights', 'preflight/cluster-reachable@osaka'], ['PGD-060', 'osaka', 'away', 'postgres']));
  expect(seen).toMatchObject({ cause: { problem: { code: 'PGD-002' } }, also: [{ problem: { code: 'PGD-060' } }], undecided: [] });
});

test('a hop that holds is told with what was seen there', () => {
  expect(diagnose(look(['holds', 'tokyo'], ['PGD-067', 'osaka'])).ruledOut).toEqual([
    { hop: 'hop 0', cluster: 'tokyo', evidence: 'seen', askedAt: '2026-03-01T14:00:00Z' },
  ]);
});

test('a danger follows from nothing, and what could not be looked at explains nothing but silence', () => {
  for (const { cause, explains } of EXPLANATIONS) {
    expect(explains.filter((code) => DANGERS.includes(code))).toEqual([]);
    expect(CONSEQUENCES).not.toContain(cause);
  }
});
