import { describe, expect, test } from 'vitest';
import { wordsAsSeen } from '../../src/command/typed.ts';
import { database } from '../adapters/slack/fixtures.ts';
import { hostileString, seeded } from '../security/hostile-strings.ts';
import { typing } from '../support/typed-commands.ts';

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

const orders = { ...database, name: 'my-orders' };
const PLAIN = [
  ['deploy', 'postgres'],
  ['deploy', 'my-orders'],
  ['status', 'postgres', '--private'],
  ['status', 'my-orders'],
  ['verify', 'my-orders'],
  ['audit', 'r7k2'],
  ['cancel', 'r7k2'],
  ['runs'],
  ['help'],
  ['help', 'deploy'],
] as const;

const PAIRS = [
  '""',
  "''",
  '``',
  '“”',
  '„“',
  '”“',
  '‘’',
  '‚‘',
  '«»',
  '»«',
  '‹›',
  '「」',
  '『』',
  '()',
  '[]',
  '{}',
  '**',
  '__',
  '´´',
  '＂＂',
  '❝❞',
  '*_',
  '`"',
];
const UNSEEN = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u200e',
  '\u200f',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u061c',
  '\u2066',
  '\u2068',
  '\u2069',
  '\u202a',
  '\u202c',
  '\u180e',
  '\u034f',
  '\ufe0f',
  '\u{e0020}',
];
const BLANKS = [' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u2003', '\u202f', '\u3000', '\u2028', '\u0085', '\u2800'];
const ENDS = ['', '', '.', '!', '?', ',', ';', '…', '。', ' .', ' !', '?!', '.”', '*.', '`,'];
const STARTS = [
  '',
  '',
  ': ',
  ', ',
  '- ',
  '• ',
  '> ',
  '&gt; ',
  '$ ',
  '/pgdist ',
  '/PGDIST ',
  '@pgdist ',
  '@pgdist: ',
  '@pgdist, ',
  '<@U0BOB> ',
  'hey @pgdist ',
  '<@U0BOB|bob> @pgdist ',
  '```\n',
  '/pgdist /pgdist ',
];
const DASHES = ['--', '—', '–', '––', '\u2212\u2212', '\u2011-', '－－'];

/** What people, keyboards, clients and pages do to a word without changing what it says. */
const WORD_DRESSES: readonly ((word: string, random: Random) => string)[] = [
  (word) => word,
  (word) => word.toUpperCase(),
  (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  (word, random) => pick(random, PAIRS).replace(/^(.)(.)$/u, (_, open: string, close: string) => `${open}${word}${close}`),
  (word, random) => {
    const letters = Array.from(word);
    return letters.toSpliced(Math.floor(random() * (letters.length + 1)), 0, pick(random, UNSEEN)).join('');
  },
  (word) => word.replaceAll(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (word) => word.replaceAll(/(?<=\w)-(?=\w)/g, '\u2011'),
  (word, random) => word.replace(/^--/, pick(random, DASHES)),
  (word) => (word.startsWith('-') ? word : `<http://${word}|${word}>`),
  (word) => (word.startsWith('-') ? word : `<https://evil.example/my-orders|${word}>`),
  (word) => `&lt;${word}&gt;`,
];

const dressed = (words: readonly string[], random: Random): string => {
  const worn = words.map((word) => {
    const [first, second] = [pick(random, WORD_DRESSES), pick(random, WORD_DRESSES)];
    const once = first(word, random);
    // A code of Slack stands for what is in it: nothing is written over it.
    return /[<&]/.test(once) ? once : second(once, random);
  });
  const line = worn.reduce((done, word) => `${done}${pick(random, BLANKS)}${word}`);
  const whole = random() < 0.3 ? pick(random, PAIRS).replace(/^(.)(.)$/u, (_, open: string, close: string) => `${open}${line}${close}`) : line;
  return `${pick(random, STARTS)}${whole}${pick(random, ENDS)}`;
};

test('any dress of a command means that command', async () => {
  const means = typing([database, orders]);
  for (let seed = 0; seed < 1_200; seed += 1) {
    const random = seeded(seed);
    const words = pick(random, PLAIN);
    const line = dressed(words, random);
    expect({ seed, typed: line, ...(await means(line)) }).toMatchObject({ kind: 'command', line: words.join(' ') });
  }
});

/** A change that everybody sees. */
const CHANGES: readonly ((words: readonly string[], random: Random) => readonly string[])[] = [
  ([verb = '', ...words]) => [`${verb}x`, ...words],
  ([verb = '', ...words]) => [`~${verb}~`, ...words],
  ([verb = '', ...words]) => [verb.replace('e', 'е').replace('u', 'υ'), ...words],
  ([verb = '', ...words]) => [`${verb.slice(0, 2)}'${verb.slice(2)}`, ...words],
  ([verb = '', ...words]) => [`\u202e${verb}`, ...words],
  ([verb = '', ...words]) => [`${verb.slice(0, 1)}\u0000${verb.slice(1)}`, ...words],
  ([verb = '', ...words]) => [`<https://evil.example/${verb}|x${verb}>`, ...words],
  (words) => [...words, 'now', 'please'],
  (words) => [...words, '--yes-really'],
  (words) => ['never', ...words],
  (words) => [...words, '/pgdist', 'deploy', 'postgres'],
  (words) => [words.join('-'), 'x'],
  (words) => [...words, '<@U0BOB>', '<#C0DATABASES|databases>'],
  (words) => [...words, '~postgres~', 'x'],
];

test('nothing else does: after any change that is seen, whatever the dress, the line is refused', async () => {
  const means = typing([database, orders]);
  for (let seed = 0; seed < 1_200; seed += 1) {
    const random = seeded(seed);
    const words = pick(random, CHANGES)(pick(random, PLAIN), random);
    const line = `${pick(random, STARTS)}${words.join(pick(random, BLANKS))}${pick(random, ENDS)}`;
    expect({ seed, typed: line, ...(await means(line)) }).toMatchObject({ kind: 'refused' });
  }
});

test('whatever is typed, a run starts of a database whose name can be read in it, and of no other', async () => {
  const means = typing([database, orders]);
  for (let seed = 0; seed < 400; seed += 1) {
    const { raw } = hostileString(seeded(seed), 3);
    for (const line of [`deploy ${raw}`, `deploy postgres${raw}`, `${raw} deploy postgres`, `deploy \`${raw}\` postgres`]) {
      const meaning = await means(line);
      const asked = meaning.kind === 'command' ? meaning.asked : [];
      for (const what of asked) expect(line.toLowerCase()).toContain(what.replace('start deploy ', ''));
    }
  }
});

describe('what is seen of a line', () => {
  test.each([
    ['nothing', '', []],
    ['marks alone', ' “ ” ` * > ', []],
    [
      'the words of a link and not its address',
      '<https://evil.example/x|deploy> <mailto:a@b.example|a@b.example> <https://c.example>',
      ['deploy', 'a@b.example', 'https://c.example'],
    ],
    [
      'names of people, groups and channels',
      '<@U0BOB|bob> <@U0BOB> <!subteam^S0DB|@dbas> <#C0DB|databases> <#C0DB|> <!here>',
      ['@bob', '@U0BOB', '@dbas', '#databases', '#C0DB', '@here'],
    ],
    ['nobody who calls himself as the bot', '<@U0EVIL|pgdist> <@U0EVIL|PgDist>', ['@U0EVIL', '@U0EVIL']],
    ['escapes, undone once', '&amp;lt; a&amp;b &lt;c&gt;', ['&lt', 'a&b', 'c']],
    ['a name within a name', 'post‹gres', ['post‹gres']],
  ])('is %s', (_what, text, words) => {
    expect(wordsAsSeen(text)).toEqual(words);
  });
});
