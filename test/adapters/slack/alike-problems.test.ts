import { expect, test } from 'vitest';
import { alikeProblems } from '../../../src/adapters/slack/render/alike-problems.ts';
import { distinctProblems, type Problem } from '../../../src/domain/problem.ts';
import { plainText, told } from '../../../src/domain/text.ts';
import { ClusterRefusedError } from '../../../src/ports/cluster-errors.ts';
import { problemsOf } from '../../../src/walk/problems-of.ts';
import { fleetOf } from '../../support/fleet.ts';

const NAMES = Array.from({ length: 12 }, (_, index) => `cluster-${index + 1}`);
const two = fleetOf(['tokyo', 'osaka']);
const fleet = { ...two, hub: NAMES[0]!, clusters: NAMES.map((name) => ({ ...two.clusters[0]!, name, context: name })) };

const refusedOn = (cluster: string, code: number, step: number): readonly Problem[] =>
  problemsOf(
    new ClusterRefusedError(cluster, `listing kind ${step}`, { code, reason: 'Unauthorized', message: 'Unauthorized' }),
    { title: `step ${step}`, cluster },
    { underWay: false },
  ) ?? [];

test('credentials that every step on every cluster finds refused are one problem that names the clusters', () => {
  const problems = NAMES.flatMap((name) => Array.from({ length: 40 }, (_, step) => refusedOn(name, 401, step)).flat());
  const told = alikeProblems(distinctProblems(problems), fleet);
  expect(told.map(({ what }) => plainText(what))).toEqual(["<cluster> refused pgdist's credentials"]);
  expect(told[0]?.evidence[0]).toBe(`12 clusters: ${NAMES.join(', ')}`);
});

test('a right that is missing is one problem for each cluster, however many steps need it', () => {
  const problems = ['cluster-1', 'cluster-2'].flatMap((name) => [refusedOn(name, 403, 1), refusedOn(name, 403, 2)].flat());
  expect(distinctProblems(problems)).toHaveLength(2);
});

test('problems that differ by more than the cluster are told each', () => {
  const problem = (what: Problem['what']): Problem => ({ code: 'PGD-011', what, evidence: [], remedy: told`Add one.` });
  expect(alikeProblems([problem(told`nodes of cluster-1 are too small`), problem(told`nodes of cluster-2 are tainted`)], fleet)).toHaveLength(2);
});
