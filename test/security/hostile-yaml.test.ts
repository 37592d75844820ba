import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigurationError, faultText, type Fault } from '../../src/config/faults.ts';
import { parse, readConfigFile } from '../../src/config/file.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';

const example = readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pgdist-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faultsOf = (text: Uint8Array | string): string[] => {
  const faults: Fault[] = [];
  parse(text, faults);
  return faults.map(faultText);
};
/** The example with one piece of it replaced. */
const changed = (piece: string, by: string): string => {
  expect(example).toContain(piece);
  return example.replace(piece, by);
};
const levels = (count: number): string => `fleet: ${'['.repeat(count)}${']'.repeat(count)}`;
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefgh'[index]}, `.repeat(9)}]`),
].join('\n');

describe('a file that is not plain YAML is refused with its line', () => {
  test.each<readonly [string, Uint8Array | string, RegExp]>([
    ['an alias bomb', bomb, /^d\[\d\]: aliases .* come to more than 1000 values; write them out \(pgdist\.yaml, line 4\)/],
    [
      'an alias of nothing',
      changed('fleet: demo', 'fleet: *nowhere'),
      /^fleet: \*nowhere refers to nothing: there is no &nowhere above it \(pgdist\.yaml, line 2\)$/,
    ],
    ['an alias inside what it refers to', changed('fleet: demo', 'fleet: &all [*all]'), /^fleet\[0\]: \*all stands inside what it refers to/],
    ['a key that is there twice', `${example}fleet: other\n`, /^fleet: is there twice \(pgdist\.yaml, line 32\)$/],
    [
      'a key that is there twice in brackets',
      changed('storageClass: local-path\n  - name', 'gateway: {node: a, node: b}\n  - name'),
      /^clusters\[0\]\.gateway\.node: is there twice/,
    ],
    [
      'a merge key',
      `${example}redis:\n  <<: {requirePersistence: false}\n`,
      /^redis: merges with `<<`, which is not taken; write the keys out \(pgdist\.yaml, line 33\)$/,
    ],
    ['a tag for code', changed('fleet: demo', 'fleet: !!js/function "x"'), /has a tag that is not known here; remove the tag .*line 2/],
    ['a tag of its own', changed('fleet: demo', 'fleet: !secret x'), /has a tag that is not known here/],
    ['a tag for bytes', changed('fleet: demo', 'fleet: !!binary ZGVtbw=='), /^fleet: has the tag .*binary, which is not known here; remove it/],
    [
      'a key that is a number',
      changed('demo-worker: [1]', '7: [1]'),
      /^databases\[0\]\.placement: has the key 7, a number: put it in quotes \(pgdist\.yaml, line 28\)$/,
    ],
    ['a key that is a list', `${example}? [a]\n: b\n`, /has a key that is no text/],
    ['a key without a name', `${example}: b\n`, /has a key that is no text/],
    ...['__proto__', 'constructor', 'prototype'].map(
      (key) => [`the key ${key}`, `${example}redis: {${key}: {}}\n`, new RegExp(`^redis: has the key ${key}, which is not taken`)] as const,
    ),
    ['100 000 levels', levels(100_000), /is larger than 64 KiB/],
    ['30 000 levels', levels(30_000), /nests more than 32 lists and mappings in one another \(pgdist\.yaml, line 1\)/],
    ['30 000 levels of dashes', '- '.repeat(30_000), /nests more than 32/],
    ['30 000 levels of question marks', '? '.repeat(30_000), /nests more than 32/],
    ['300 levels by indentation', Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), /nests more than 32/],
    ['30 000 words', Array.from({ length: 8_000 }, (_, key) => `${key.toString(36)}:`).join('\n'), /holds more than 20000 words/],
    ['a second document', `${example}---\nfleet: other\n`, /begins a second document; .* \(pgdist\.yaml, line 32\)/],
    ['an end and more', `${example}...\nfleet: other\n`, /begins a second document/],
    ['a directive', `%YAML 1.1\n---\n${example}`, /begins with `%`, a directive that is not taken/],
    ['a directive for tags', `%TAG ! tag:example.org,2026:\n---\n${example}`, /begins with `%`, a directive/],
    ['a NUL character', changed('demo-slice', 'demo\0slice'), /holds the control character U\+0000; remove it \(pgdist\.yaml, line 15\)/],
    ['an escape character', changed('demo-slice', '\u001B[2J'), /holds the control character U\+001B/],
    [
      'bytes that are no UTF-8',
      Buffer.from(`fleet: demo\nhub: \u00E9\n`, 'latin1'),
      /is not text in UTF-8; save the file as UTF-8 \(pgdist\.yaml, line 2\)/,
    ],
    ['UTF-16', Buffer.from(example, 'utf16le'), /is not text in UTF-8|control character/],
    [
      'a tab as indentation',
      changed('  cluster: demo-controller', '\tcluster: demo-controller'),
      /is indented with a tab; use spaces \(pgdist\.yaml, line 4\)/,
    ],
    ['an open quote', changed('local-path', '"local-path'), /lacks a character|is not YAML here|is indented otherwise/],
    ['a list', '- a\n', /^\(file\): must be a mapping of settings, not a list/],
    ['a text', 'pgdist', /^\(file\): must be a mapping of settings, not text/],
  ])('%s', (_, text, sentence) => {
    expect(faultsOf(text).join('\n')).toMatch(sentence);
  });

  test('an empty file is told what is missing', () => {
    expect(faultsOf('')).toEqual([expect.stringMatching(/^\(file\): is empty; it needs fleet, hub, /)]);
  });

  test.each([
    ['a byte order mark', `\uFEFF${example}`],
    ['line ends of Windows', example.replaceAll('\n', '\r\n')],
    [
      'one alias',
      example.replace('- name: demo-controller', '- name: &hub demo-controller').replace('demo-controller: [0, 2]', '"demo-controller": [0, 2]'),
    ],
    ['tags of plain types', changed('"17.2"', '!!str 17.2')],
  ])('%s is taken', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test.each([
    '[',
    '{a: ',
    '- ',
    '? ',
    '"',
    '\n',
    '&a ',
    '*a ',
    '!',
    '"\\',
    '|',
    '\t',
    ': ',
    '#\n',
    '---\n',
    '%\n',
    ',',
    '<<: ',
    '"" ',
    '"\n',
    `'"`,
    '] ',
    'a "b"\n',
    '"": ',
  ])('%j without end is read or refused in a moment', (piece) => {
    const { user: from } = process.cpuUsage();
    faultsOf(piece.repeat(65_000 / piece.length));
    // Of the processor, not of the clock: other work goes on beside.
    expect((process.cpuUsage().user - from) / 1000).toBeLessThan(1_000);
  });
});

describe('a file that cannot be read is named', () => {
  test('a folder, a device, a pipe, and a file of more than 64 KiB', () => {
    mkdirSync(join(folder, 'sub'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'big'), `fleet: ${'x'.repeat(70_000)}`);
    const sentences = ['sub', 'pipe', 'big', '/dev/zero', 'no\0where'].map((name) => {
      try {
        readConfigFile(name.startsWith('/') ? name : join(folder, name));
      } catch (error) {
        return error instanceof ConfigurationError ? error.message : String(error);
      }
      return 'read';
    });
    expect(sentences).toEqual([
      expect.stringMatching(/sub: is a folder, not a file$/),
      expect.stringMatching(/pipe: is not a plain file$/),
      expect.stringMatching(/big: is larger than 64 KiB/),
      '/dev/zero: is not a plain file',
      expect.stringMatching(/has a NUL character in its name$/),
    ]);
  });
});

describe('a kubeconfig is read as carefully', () => {
  test.each<readonly [string, string, RegExp]>([
    ['an alias bomb', bomb, /come to more than 1000 values/],
    ['an alias of nothing', 'users: *x', /^kubeconfig given is not one: line 1, users \*x refers to nothing/],
    ['a key that is there twice', 'users: []\nusers: []', /line 2, users is there twice/],
    ['a tag for code', 'users: !!js/function "s3cret"', /has a tag that is not known here/],
    ['100 000 levels', levels(100_000), /nests more than 32/],
    ['a second document', 'users: []\n---\nusers: []', /begins a second document/],
    ['a NUL character', 'users: "s3cret\0"', /control character U\+0000/],
    [
      'a server that is no text',
      'current-context: a\nclusters: [{name: s, cluster: {server: [s3cret]}}]',
      /clusters\.0\.cluster\.server is missing or of another kind/,
    ],
    ['a list', '[s3cret]', /it is no mapping/],
    ['a token on a broken line', 'users:\n- name: a\n  user: {token: "s3cret', /lacks a character/],
  ])('%s', (_, text, sentence) => {
    expect(() => loadKubeConfig({ text })).toThrow(sentence);
    expect(() => loadKubeConfig({ text })).not.toThrow(/s3cret/);
  });

  test('one of more than 4 MiB is refused before it is parsed', () => {
    expect(() => loadKubeConfig({ text: `a: ${'x'.repeat(5_000_000)}` })).toThrow(/is larger than 4096 KiB/);
  });
});
