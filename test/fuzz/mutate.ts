import type { Dice } from './dice.ts';

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\u202E',
  '\uD800',
  '../../etc/passwd',
  '{user:U0BOB}',
  '<!channel>',
  '`',
  '-',
  '--',
  '—private',
  '__proto__',
  'constructor',
  '%s%n',
  "'; DROP TABLE runs; --",
  '\r\n',
  '😀',
  '[[[[',
  '&a *a',
  '*x',
  '!!js/function',
  '<<',
  '1e999',
  'null',
  'https://user:pw@host',
  '10.999.0.0/16',
] as const;

/** A text that means something to somebody, or is long. */
export const oddText = (dice: Dice): string => (dice.chance(0.1) ? 'x'.repeat(10 ** (1 + dice.int(5))) : dice.pick(ODD_TEXTS));

export const oddValue = (dice: Dice, depth = 0): unknown => {
  switch (dice.int(depth > 3 ? 7 : 10)) {
    case 0:
      return null;
    case 1:
      return dice.pick([0, -1, 1.5, 2 ** 53, 1e308, 999_999_999]);
    case 2:
      return dice.chance(0.5);
    case 3:
    case 4:
    case 5:
    case 6:
      return oddText(dice);
    case 7:
      return Array.from({ length: dice.int(dice.chance(0.05) ? 3_000 : 4) }, () => oddValue(dice, depth + 2));
    case 8:
      return nested(dice.chance(0.2) ? 5_000 : dice.int(100));
    default:
      return { [dice.pick(['a', 'id', '__proto__', 'type', 'length', ''])]: oddValue(dice, depth + 1) };
  }
};

/** Text, as JSON.stringify would not come back from so deep a value. */
const DEEP = '\u0001deep:';
const nested = (levels: number): string => `${DEEP}${levels}`;

/** JSON of a value in which deep places are written out. */
export const jsonOf = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replaceAll(
    /"\\u0001deep:(\d+)"/g,
    (_, levels: string) => `${'['.repeat(Number(levels))}${']'.repeat(Number(levels))}`,
  );

/** One change somewhere in the structure: a value replaced, dropped, doubled or wrapped. */
export const mutateValue = (dice: Dice, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || dice.chance(0.1)) return dice.chance(0.5) ? oddValue(dice) : changedLeaf(dice, value);
  if (Array.isArray(value)) {
    const items: unknown[] = [...(value as unknown[])];
    const index = dice.int(items.length + 1);
    if (index === items.length || dice.chance(0.1)) items.splice(index, 0, dice.chance(0.5) ? items[0] : oddValue(dice));
    else if (dice.chance(0.15)) items.splice(index, 1);
    else items[index] = mutateValue(dice, items[index]);
    return items;
  }
  const entries = Object.entries(value);
  const [key = 'a', old] = entries[dice.int(entries.length || 1)] ?? [];
  if (dice.chance(0.12)) return Object.fromEntries(entries.filter(([other]) => other !== key));
  if (dice.chance(0.08)) return Object.fromEntries([...entries, [dice.chance(0.5) ? `${key}s` : oddText(dice).slice(0, 50), oddValue(dice)]]);
  return Object.fromEntries(entries.map(([other, kept]) => [other, other === key ? mutateValue(dice, old) : kept]));
};

const changedLeaf = (dice: Dice, value: unknown): unknown => (typeof value === 'string' ? mutateText(dice, value) : [value]);

/** One change in the text: something cut out, doubled, put in or turned over. */
export const mutateText = (dice: Dice, text: string): string => {
  const at = dice.int(text.length + 1);
  const end = at + dice.int(dice.chance(0.3) ? text.length + 1 : 8);
  switch (dice.int(5)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, end) + text.slice(at);
    case 2:
      return text.slice(0, at) + oddText(dice) + text.slice(at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(dice.int(dice.chance(0.8) ? 128 : 65_536)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + text.slice(at, end).split('').toReversed().join('') + text.slice(end);
  }
};
