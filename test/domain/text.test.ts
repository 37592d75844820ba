import { expect, test } from 'vitest';
import {
  bold,
  channel,
  code,
  cutSentence,
  joined,
  link,
  moment,
  parse,
  phrase,
  plainText,
  sourceOf,
  type Text,
  time,
  told,
  user,
  verbatim,
  within,
  withWords,
  wordsAsSpans,
} from '../../src/domain/text.ts';
import { CODES } from '../security/hostile-strings.ts';

const at = '2026-11-22T14:02:00Z';

test('every mark of the markup becomes one piece', () => {
  expect(
    parse(
      told`Run ${code('r7k2')} by ${user('U0ALICE')} in ${channel('C0DB')} on ${bold('demo')} since ${time(at)}, seen ${moment(at)}: ${link('https://a.example/p?x=1', 'its thread')}.`,
    ),
  ).toEqual([
    'Run ',
    { kind: 'code', text: 'r7k2' },
    ' by ',
    { kind: 'user', id: 'U0ALICE' },
    ' in ',
    { kind: 'channel', id: 'C0DB' },
    ' on ',
    { kind: 'bold', text: 'demo' },
    ' since ',
    { kind: 'time', at, seconds: false },
    ', seen ',
    { kind: 'time', at, seconds: true, day: true },
    ': ',
    { kind: 'link', url: 'https://a.example/p?x=1', text: 'its thread' },
    '.',
  ]);
});

test('what is put into a sentence is text, whatever it holds and wherever it stands', () => {
  for (const words of [...CODES.map(({ raw }) => raw), at, `\\${at}`, '\\\\', '{time:', '**', '`**`']) {
    expect(parse(verbatim(words))).toEqual([words]);
    expect(parse(told`a ${code(words)} b`)).toEqual(['a ', { kind: 'code', text: words }, ' b']);
    expect(parse(told`a \`${words}\` b`)).toEqual(['a ', { kind: 'code', text: words }, ' b']);
    expect(parse(told`a ${bold(words)} b`)).toEqual(['a ', { kind: 'bold', text: words }, ' b']);
    expect(parse(told`a {link:https://a.example|${words}} b`)).toEqual(['a ', { kind: 'link', url: 'https://a.example', text: words }, ' b']);
    expect(parse(told`a {user:${words}} b`).every((span) => typeof span === 'string')).toBe(true);
    expect(parse(joined([verbatim(words), verbatim(words)], ''))).toEqual([words + words]);
  }
});

test('ids, instants and addresses that are none stay words', () => {
  expect(parse(told`${user('alice')} ${channel('<!here>')} ${time('14:02')} ${time('soon')} ${link('javascript:alert(1)', 'here')}`)).toEqual([
    '@alice #<!here> {time:14:02} soon here',
  ]);
  expect(parse(told`${link('https://a.example/|x}`{', 'here')}`)).toEqual([{ kind: 'link', url: 'https://a.example/%7Cx%7D%60%7B', text: 'here' }]);
});

test('a sentence inside of another keeps its marks, and its words stay words', () => {
  const inner = told`run ${code('a`b')} of ${'**c**'}`;
  expect(parse(told`Before ${within(inner)}, ${phrase`after ${user('U0BOB')}`}`)).toEqual([
    'Before run ',
    { kind: 'code', text: 'a`b' },
    ' of **c**, after ',
    { kind: 'user', id: 'U0BOB' },
  ]);
});

test('as words a sentence has no marks but the backticks of its code', () => {
  expect(plainText(told`Run ${code('r1')} by ${user('U0BOB')} is ${bold('done')} since ${time(at)}, ${'{user:U0ALICE}'}`)).toBe(
    `Run \`r1\` by @U0BOB is done since ${at}, {user:U0ALICE}`,
  );
});

test('in words of others only an instant is looked at', () => {
  expect(wordsAsSpans(`gone since ${at} {user:U0ALICE} \`a\` **b**`)).toEqual([
    'gone since ',
    { kind: 'time', at, seconds: true, day: true },
    ' {user:U0ALICE} `a` **b**',
  ]);
  expect(wordsAsSpans('2026-99-99T14:02:00Z')).toEqual(['2026-99-99T14:02:00Z']);
});

test('a string is no sentence', () => {
  const words: string = 'words of somebody';
  // @ts-expect-error -- a string has to go through told
  const sentence: Text = words;
  expect(parse(sentence)).toEqual([words]);
});

test('a sentence that is cut lets no words out of what they stood in', () => {
  const words = 'see {user:U0BOB} and **more** of it';
  for (const make of [code, bold, (inner: string) => link('https://pgdist.example/', inner)]) {
    const text = told`Look at ${make(words)} then.`;
    const whole = JSON.stringify(parse(text));
    for (let length = 1; length <= sourceOf(text).length; length += 1) {
      const cutShort = cutSentence(text, length);
      expect(sourceOf(cutShort).length).toBeLessThanOrEqual(length);
      const odd = parse(cutShort).filter((span) =>
        typeof span === 'string'
          ? !['Look at … then.', 'Look at ', ' then.'].some((part) => part.startsWith(span.slice(0, -1)))
          : !whole.includes(JSON.stringify(span)),
      );
      expect(odd).toEqual([]);
    }
  }
});

test('a sentence with other words keeps its marks, and the words stay words', () => {
  const text = told`Run ${code('a`b')} by ${user('U0BOB')} is **late**: ${'{user:U0EVE}'} ${link('https://pgdist.example/', 'here')}`;
  expect(withWords(text, (words) => words)).toEqual(text);
  expect(
    parse(withWords(text, (words) => words.replace('late', '`{user:U0EVE}`'))).filter((span) => typeof span !== 'string' && span.kind === 'user'),
  ).toEqual([{ kind: 'user', id: 'U0BOB' }]);
});

test.each([
  ['2026-11-22T15:02:07+01:00', '2026-11-22T14:02:07.000Z'],
  ['2026-11-22 14:02:07.123456+00', '2026-11-22T14:02:07.123Z'],
  ['2026-11-22 09:02:07 -0500 EST', '2026-11-22T14:02:07.000Z'],
  ['2026-11-22 14:02:07 +0000 UTC', '2026-11-22T14:02:07.000Z'],
  ['2026-11-22 14:02:07 UTC', '2026-11-22T14:02:07.000Z'],
])('the instant %s in words of others is a time of the reader', (words, instant) => {
  expect(wordsAsSpans(`seen at ${words}, they say`)).toContainEqual({ kind: 'time', at: instant, seconds: true, day: true });
});

test.each(['2026-11-22 14:02:07', '2026-11-22T14:02:07', '2026-13-22 14:02:07+00', 'at 14:02:07+00', '2026-11-22 25:02:07 UTC'])(
  '%s names no instant, and stays as it is',
  (words) => {
    expect(wordsAsSpans(words)).toEqual([words]);
  },
);
