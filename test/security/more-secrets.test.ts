import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/adapters/system/log.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { moreSecrets } from './more-secrets.ts';
import { dice, type Planted } from './secrets.ts';

const planted = moreSecrets(20_261_128);

const shows = (text: string, { secret }: Planted): boolean =>
  [secret, JSON.stringify(secret).slice(1, -1), secret.replaceAll(/./g, '$&\0'), secret.slice(0, 10), secret.slice(-8)].some((form) =>
    text.includes(form),
  );
const seenIn = (text: string, of: readonly Planted[] = planted): string[] => of.filter((one) => shows(text, one)).map(({ what }) => what);

test('there are more than ninety further kinds, and the search finds each where nothing hides it', () => {
  expect(planted.length).toBeGreaterThan(90);
  expect(new Set(planted.map(({ what }) => what)).size).toBe(planted.length);
  expect(planted.filter((one) => !shows(one.line, one))).toEqual([]);
});

describe.each(planted)('$what', (one) => {
  const { line } = one;

  test('is hidden in a text, in the middle of one, and twice is once', () => {
    const { text } = createRedactor();
    expect(seenIn(text(line), [one])).toEqual([]);
    expect(seenIn(text(`it said:\n${line}\nand ended`), [one])).toEqual([]);
    expect(text(text(line))).toBe(text(line));
  });

  test('is hidden in the lines of a tool, in data, and in a line of the log', () => {
    const { lines, value } = createRedactor();
    expect(seenIn(line.split('\n').map(lines()).join('\n'), [one])).toEqual([]);
    expect(seenIn(JSON.stringify(value({ evidence: [line], deep: { line } })), [one])).toEqual([]);
    const logged: string[] = [];
    const log = createLog({ process: 'test', level: 'debug', destination: { write: (written) => void logged.push(written) } });
    log.info({ line, reason: String(new Error(line)) }, 'told');
    log.error(
      { error: new AggregateError([new Error(line)], line, { cause: new Error('a', { cause: new Error('b', { cause: new Error(line) }) }) }) },
      'failed',
    );
    log.error({ error: new DOMException(line, 'AbortError') }, 'failed');
    log.error({ error: Object.assign(new Error('x'), { name: line, config: { headers: { authorization: line } } }) }, 'failed');
    log.error({ error: line }, 'failed');
    for (const written of logged) expect(JSON.parse(written)).toMatchObject({ process: 'test' });
    expect(seenIn(logged.join(''), [one])).toEqual([]);
  });
});

test('an error is logged without half of a secret, wherever its message and its stack are cut', () => {
  const roll = dice(3);
  const secret = Array.from({ length: 40 }, () => String.fromCharCode(97 + Math.floor(roll() * 26))).join('');
  const logged: string[] = [];
  const log = createLog({
    process: 'test',
    level: 'debug',
    redactor: createRedactor(secret),
    destination: { write: (written) => void logged.push(written) },
  });
  for (const length of [2_000, 8_000])
    for (let before = length - 90; before < length; before += 1) {
      const error = new Error(`${'x '.repeat(before).slice(0, before)}${secret} ${'y '.repeat(200)}`);
      log.error({ error: new Error('out of it', { cause: error }) }, 'failed');
      log.error({ error }, 'failed');
      log.error({ error: error.message }, 'failed');
    }
  expect(logged).toHaveLength(540);
  for (let at = 0; at < secret.length - 8; at += 1) expect(logged.join('')).not.toContain(secret.slice(at, at + 8));
});

test('a line of the log moves no cursor and turns no text around', () => {
  const logged: string[] = [];
  const log = createLog({ process: 'test', level: 'debug', destination: { write: (written) => void logged.push(written) } });
  const hostile = '\u001b[2J\u009b31m\u202Egnp.exe\u2066 \u2028\u0085\u200b \u{e0041} \ud800 \u007f';
  log.info({ hostile, list: [hostile], [hostile]: 1 }, hostile);
  log.child({ hostile }).error({ error: new Error(hostile) }, 'failed');
  for (const line of logged) {
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(line.endsWith('\n')).toBe(true);
  }
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ hostile, msg: hostile });
});
