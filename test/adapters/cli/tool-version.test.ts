import { expect, test, vi } from 'vitest';
import { toolVersion } from '../../../src/adapters/cli/tool-version.ts';
import { PassingProblemError, ProblemError } from '../../../src/domain/problem.ts';
import { sourceOf } from '../../../src/domain/text.ts';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import { toolOnPath } from './tool-on-path.ts';

const never = (): AbortSignal => new AbortController().signal;
const ask = (answerMs = 30_000) =>
  toolVersion({
    tool: 'clusteradm',
    args: ['version'],
    redactor: createRedactor(),
    versionIn: (lines) => lines.find((line) => /^v/.test(line)),
    answerMs,
  });

const problemOf = async (
  asked: Promise<unknown>,
): Promise<{ readonly error: unknown; readonly what: string; readonly evidence: readonly string[] }> => {
  const error: unknown = await asked.then(
    () => 'it was there',
    (reason: unknown) => reason,
  );
  const problem = error instanceof PassingProblemError ? error.problem : error instanceof ProblemError ? error.problems[0] : undefined;
  return { error, what: problem === undefined ? '' : sourceOf(problem.what), evidence: problem?.evidence ?? [] };
};

test('a tool that does not answer in time is not told to be missing, and is asked again', async () => {
  const folder = await toolOnPath('clusteradm', 'test -e "$FOLDER/quick" && echo v1.3.1 && exit; touch "$FOLDER/quick"; exec sleep 1000');
  const version = ask(500);
  const { error, what, evidence } = await problemOf(version(never()));
  expect(error).toBeInstanceOf(PassingProblemError);
  expect(what).toBe("clusteradm is on the worker's PATH, and whether it works is not known: it does not answer");
  expect(evidence).toEqual(['clusteradm version gave no answer in 0.5 s']);
  expect(folder).not.toBe('');
  expect(await ask()(never())).toBe('v1.3.1');
});

test.each([
  ['ends with an error', 'echo "exec format error" >&2; exit 126', ['it ended with 126', 'exec format error']],
  ['prints something else', 'echo hello', ['it ended with 0', 'hello']],
  ['says nothing', 'exit 0', ['it ended with 0']],
])('a tool that is there and %s is told with what it says', async (_, script, evidence) => {
  await toolOnPath('clusteradm', script);
  const found = await problemOf(ask()(never()));
  expect(found.error).toBeInstanceOf(ProblemError);
  expect(found).toMatchObject({ what: "clusteradm is on the worker's PATH and does not say its version", evidence });
});

test('only a tool that PATH does not have is missing', async () => {
  vi.stubEnv('PATH', '');
  expect(await ask()(never())).toBeUndefined();
  vi.unstubAllEnvs();
});
