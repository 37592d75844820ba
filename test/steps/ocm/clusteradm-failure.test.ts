import { expect, test } from 'vitest';
import { PassingProblemError, type Problem, ProblemError, TransientError } from '../../../src/domain/problem.ts';
import { told } from '../../../src/domain/text.ts';
import type { CliResult } from '../../../src/ports/cli.ts';
import { clusteradmFailure } from '../../../src/steps/ocm/clusteradm-failure.ts';
import { problemsOf } from '../../../src/walk/problems-of.ts';

const problem: Problem = { code: 'PGD-017', what: told`pods of osaka cannot reach the hub`, evidence: [], remedy: told`Open the firewall.` };
const failure = (result: Partial<CliResult>): Error =>
  clusteradmFailure('clusteradm join on osaka', { exitCode: 1, timedOut: false, lastLines: [], ...result }, problem);

test.each([
  'Error: Get "https://hub:6443/version": dial tcp 10.0.0.1:6443: connect: connection refused',
  'Error: Post "https://hub:6443/api/v1/namespaces": EOF',
])('a connection that was lost is made again, and what it is, is told if it stays lost: %s', (line) => {
  const error = failure({ lastLines: [line] });
  expect(error).toBeInstanceOf(PassingProblemError);
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toBe(`clusteradm join on osaka lost its connection: ${line}`);
  expect(problemsOf(error, { title: 'osaka is joined', cluster: 'osaka' }, { underWay: true })).toEqual([problem]);
});

test.each<[string, Partial<CliResult>, string]>([
  ['that somebody killed', { exitCode: undefined }, 'clusteradm join on osaka was ended from outside'],
  [
    'that was faster than its own CRDs',
    { lastLines: ['no matches for kind "Klusterlet"'] },
    'clusteradm join on osaka: no matches for kind "Klusterlet"',
  ],
])('one %s is started again', (_, result, message) => {
  const error = failure(result);
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toBe(message);
});

test.each<[string, Partial<CliResult>]>([
  ['that was refused something', { lastLines: ['Error: unauthorized'] }],
  ['that ran out of time', { exitCode: undefined, timedOut: true }],
])('one %s is the problem itself', (_, result) => {
  const error = failure(result);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ problems: [problem] });
});
