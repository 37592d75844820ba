/** A piece of hostile text, and how a person must see it. */
export interface Hostile {
  readonly raw: string;
  readonly shown: string;
}

const asIs = (raw: string): Hostile => ({ raw, shown: raw });
const escaped = (codePoint: number): Hostile => ({
  raw: String.fromCodePoint(codePoint),
  shown: `‹U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}›`,
});
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What Slack, or pgdist's own markup, would make something of. */
export const CODES: readonly Hostile[] = [
  '<@U0CAROL>',
  '<@U0CAROL|carol>',
  '<@W0CAROL>',
  '<!channel>',
  '<!here>',
  '<!here|here>',
  '<!everyone>',
  '<!subteam^S0ADMINS>',
  '<!subteam^S0ADMINS|@admins>',
  '<#C0SECRET>',
  '<#C0SECRET|secret>',
  '<!date^1700000000^{date_num}^https://evil.example|soon>',
  '<https://evil.example|To its thread>',
  '<https://evil.example>',
  '<mailto:a@evil.example|write>',
  '@everyone @here @channel',
  'https://evil.example/a?b=c&d=e',
  '{user:U0CAROL}',
  '{channel:C0SECRET}',
  '{time:2026-11-22T14:02:00Z}',
  '{link:https://evil.example|To its thread}',
  '`{user:U0CAROL}`',
  '**bold**',
  '*bold*',
  '_italic_',
  '~struck~',
  '`code`',
  '`a`{user:U0CAROL}`b`',
  '```\nfenced\n```',
  '`',
  '\\',
  '\\`{user:U0CAROL}\\`',
  '\\{user:U0CAROL}',
  '}|{',
  ':rotating_light:',
  ':x::x:',
  ':+1:',
  '> quoted',
  '&lt;!channel&gt;',
  '&amp;lt;!here&amp;gt;',
  '[click](https://evil.example)',
  '# heading',
  '"],"type":"user","user_id":"U0CAROL',
].map(asIs);

/** What no client shows, or what changes how others are shown. */
export const UNSEEN: readonly Hostile[] = [
  ...range(0x00, 0x08),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x34f,
  0x61c,
  0x115f,
  0x1160,
  0x17b4,
  ...range(0x180b, 0x180e),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0x3164,
  0x2800,
  0xd800,
  0xdbff,
  0xdc00,
  0xdfff,
  ...range(0xfe00, 0xfe0f),
  0xfeff,
  0xffa0,
  ...range(0xfff9, 0xfffb),
  0xfffe,
  0x1d173,
  0xe0001,
  ...range(0xe0020, 0xe007f),
  0xe0100,
].map(escaped);

/** What people write and must be able to read. */
export const SCRIPTS: readonly Hostile[] = [
  'مرحبا بالعالم',
  'مَرْحَبًا',
  'می\u200cخواهم',
  'שָׁלוֹם',
  'Grüße aus Köln',
  'Việt Nam e\u0302\u0301',
  'こんにちは　世界',
  '葛\u{e0100}城',
  'क्\u200dष हिन्दी',
  'สวัสดีที่นี่',
  '한국어',
  '👩‍💻',
  '👩🏽‍🚀',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🏴‍☠️',
  '❤️',
  '❤️‍🔥',
  '1️⃣',
  '🇩🇪',
  '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
  'tab\there',
].map(asIs);

const PILED: readonly Hostile[] = [
  { raw: `z${'\u0301'.repeat(5)}`, shown: `z\u0301\u0301\u0301${'‹U+0301›'.repeat(2)}` },
  { raw: ' \u0489', shown: ' ‹U+0489›' },
  { raw: '👩\u200d', shown: '👩‹U+200D›' },
  { raw: 'a\u200db', shown: 'a‹U+200D›b' },
  { raw: 'a\ufe0f', shown: 'a‹U+FE0F›' },
];

/** Between 0 and 1, the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Some pieces, each apart from the next by something that changes neither. */
export const hostileString = (random: () => number, pieces: number): Hostile => {
  const all = [CODES, CODES, UNSEEN, SCRIPTS, PILED];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const chosen = Array.from({ length: pieces }, () => [pick(pick(all)), asIs(pick(['-', ' ', 'x', '(']))]).flat();
  return { raw: `x${chosen.map(({ raw }) => raw).join('')}x`, shown: `x${chosen.map(({ shown }) => shown).join('')}x` };
};
