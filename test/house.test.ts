import { describe, expect, test } from 'vitest';
import { sourcesOf } from './support/sources.ts';

/** What the runner is told, and how the rest asks it. */
const LIMITS = ['test/support/limits.ts', 'test/support/eventually.ts'];
const THIS = 'test/house.test.ts';
const sources = sourcesOf('test').filter(({ file }) => ![...LIMITS, THIS].includes(file));

/** How a test would say itself how long something may take, or sleep. */
const LIMITS_OF_THEIR_OWN: Readonly<Record<string, RegExp>> = {
  'a third argument of test or hook': /^\s*\}, ?[\d_]{3,}\);?$/m,
  'a third argument on a line of its own': /^\s*\},\n\s*[\d_]{3,},?\n\s*\);$/m,
  'an option of test': /\btimeout: ?[\d_]+/,
  'the waits of vitest, which end after one second': /\bvi\.wait(?:For|Until)\(|\bexpect\.poll\(/,
  'a signal': /\bAbortSignal\.timeout\([\d_]+\)/,
  'a patience of its own': /\b(?:PATIENCE|TIMEOUT|TIMEOUT_MS|PATIENCE_MS)\b ?[=:] ?[\d_{]/,
  'a timer that rejects': /\bsetTimeout\(\(\) => reject\([^\n]*[\d_]{3,}\)/,
  'a fixed sleep': /\bawait (?:delay|sleep|systemClock\.sleep)\([\d_]+/,
  'a grace': /\.stop\([\d_]{3,}\)/,
  'a line of a script': /^\s*wait(?: [a-z][a-z -]*)? \d+[`']?$/m,
  'a stopwatch that counts what the machine did meanwhile': /\bexpect\(performance\.now\(\) - \w+\)\.toBeLess/,
  'trying again': /\bretry: ?[\d_]+/,
};

/** Where the limit is what is tested, or nothing waits for it. */
const KNOWN: Readonly<Record<string, string>> = {
  'test/fuzz/fuzz.ts a patience of its own': 'what hangs is a finding, and the fuzzer has no runner',
  'test/playground/script/script.test.ts a line of a script': 'how long a line waits is what is tested, on timers of the test',
};

const foundIn = ({ file, text }: { readonly file: string; readonly text: string }): string[] =>
  Object.entries(LIMITS_OF_THEIR_OWN)
    .filter(([, pattern]) => pattern.test(text))
    .map(([what]) => `${file} ${what}`);

test('no test has a limit of time of its own: what waits does so as long as the runner lets it', () => {
  expect(sources.flatMap(foundIn).filter((found) => KNOWN[found] === undefined)).toEqual([]);
});

test('the known limits are all still there', () => {
  expect(
    sources
      .flatMap(foundIn)
      .filter((found) => KNOWN[found] !== undefined)
      .toSorted(),
  ).toEqual(Object.keys(KNOWN).toSorted());
});

describe('a limit is found', () => {
  test.each([
    ['a third argument of test or hook', '}, 60_000);'],
    ['a third argument on a line of its own', '  },\n  60_000,\n);'],
    ['an option of test', "test('a', { timeout: 30_000 }, async () => {"],
    ['an option of test', "await execa('helm', [], { timeout: 15_000 });"],
    ['the waits of vitest, which end after one second', 'await vi.waitFor(() => expect(a).toBe(1));'],
    ['a signal', 'const signal = AbortSignal.timeout(10_000);'],
    ['a patience of its own', 'const PATIENCE_MS = 20_000;'],
    ['a patience of its own', 'const PATIENCE = { timeoutMs };'],
    ['a timer that rejects', "setTimeout(() => reject(new Error('not seen')), 5000)"],
    ['a fixed sleep', 'await systemClock.sleep(1_200);'],
    ['a grace', 'await playground.worker.stop(50_000);'],
    ['a line of a script', '    wait waiting for approval 20'],
    ['a line of a script', "await playground.play('\nwait rejected 15'"],
    ['a stopwatch that counts what the machine did meanwhile', 'expect(performance.now() - startedMs).toBeLessThan(5_000);'],
    ['trying again', "test('a', { retry: 2 }, () => {"],
  ])('as %s', (what, text) => {
    expect(foundIn({ file: 'a', text })).toContain(`a ${what}`);
  });

  test.each(['}, patienceMs());', 'await clock.pass(60_000);', 'expect(changeOf(60_000)).toBe(1);', '    wait blocked', 'sleep(ms, signal) {'])(
    'and is not in %s',
    (text) => {
      expect(foundIn({ file: 'a', text })).toEqual([]);
    },
  );
});
