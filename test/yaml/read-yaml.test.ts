import { expect, test } from 'vitest';
import { parse, stringify, type ToStringOptions } from 'yaml';
import { readYaml } from '../../src/yaml/read-yaml.ts';
import { dice } from '../security/secrets.ts';

const LIMITS = { mostBytes: 1024 * 1024, mostWords: 100_000 };
const STYLES: readonly ToStringOptions[] = [
  {},
  { defaultStringType: 'QUOTE_SINGLE' },
  { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  { defaultStringType: 'BLOCK_LITERAL', defaultKeyType: 'PLAIN' },
  { defaultStringType: 'BLOCK_FOLDED', defaultKeyType: 'PLAIN', lineWidth: 20 },
  { collectionStyle: 'flow', lineWidth: 30 },
  { indent: 4, indentSeq: false },
];
const TEXTS = [
  'a',
  '',
  ' ',
  'two words',
  'line\n',
  'line\nline',
  '\n\na\n\n',
  ' indented\n  more\n',
  '# no comment',
  'a: b',
  '- a',
  '"',
  "it's",
  '|',
  '17',
  'ä‹›\u00A0',
];

const valueOf = (roll: () => number, levels: number): unknown => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  if (levels === 0 || roll() < 0.4) return pick<unknown>([...TEXTS, 7, 1.5, true, null]);
  const values = Array.from({ length: Math.floor(roll() * 4) }, () => valueOf(roll, levels - 1));
  return roll() < 0.5 ? values : Object.fromEntries(values.map((value, index) => [`${pick(['name', 'a key', '17', 'x-y'])}${index}`, value]));
};

test('what a writer of YAML writes, in whatever style, is taken, and read as the parser alone reads it', () => {
  const roll = dice(3);
  for (let round = 0; round < 400; round += 1) {
    const value = { top: valueOf(roll, 4) };
    for (const style of STYLES) {
      const text = stringify(value, style);
      expect(readYaml(text, LIMITS), text).toMatchObject({ kind: 'read', value: parse(text) });
    }
  }
});

test.each(['&a !!map\n&b !!str a: 1\n', '- &a a\n- *a\n- !!str &c 7\n', '{&a a: *a, ? &b b : !!str *a }\n', '&a\n# said\n!!seq\n- &b b\n'])(
  'anchors and tags where YAML wants them are taken: %j',
  (text) => {
    const found = readYaml(text, LIMITS);
    let alone: unknown;
    try {
      alone = parse(text);
    } catch {
      alone = undefined;
    }
    expect(found).toMatchObject(alone === undefined ? { kind: 'refused' } : { kind: 'read', value: alone });
  },
);
