import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { INSTEAD } from '../../src/command/instead.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { typing } from '../support/typed-commands.ts';

const page = readFileSync(new URL('../../docs/requirements.md', import.meta.url), 'utf8');
const section = /^## Commands as typed\n(.*?)(?=^## |(?![^]))/ms.exec(page)?.[1] ?? '';

/** Rows of each table: cells without the code marks around the first. */
const [meant = [], refused = [], others = []] = section
  .split(/^\| Typed .*\n\| --- \| --- \|\n/m)
  .slice(1)
  .map((table) =>
    table
      .split('\n')
      .filter((row) => row.startsWith('|'))
      .map((row) =>
        row
          .slice(2, -2)
          .split(/(?<!\\) \| /)
          .map((cell) => cell.replaceAll('\\|', '|')),
      ),
  );

const typed = (cell: string): string =>
  cell.slice(1, -1).replaceAll(/‹U\+([0-9A-F]{4,6})›/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));

test('the page has its three tables', () => {
  expect([meant.length, refused.length, others.length]).toEqual([
    expect.toSatisfy((rows: number) => rows > 60),
    expect.toSatisfy((rows: number) => rows > 15),
    INSTEAD.length,
  ]);
});

test.each(meant)('%s means %s', async (form = '', command = '') => {
  const wanted = command.slice(1, -1);
  const [verb = ''] = wanted.split(' ');
  const started = ['deploy', 'plan', 'verify', 'status'].includes(verb);
  const meaning = await typing()(typed(form));
  expect(meaning).toMatchObject({ kind: 'command', asked: started ? [`start ${wanted.replace('--', '')}`] : [] });
  // A database that was left out stands in what was started alone.
  expect(started ? wanted : meaning.line).toBe(wanted);
});

test.each(refused)('%s is refused: %s', async (form = '', sentence = '') => {
  const meaning = await typing()(typed(form));
  expect(meaning.told).toContain(sentence);
  expect(meaning).not.toMatchObject({ asked: [expect.anything()] });
});

test.each(others)('%s are told: %s', async (forms = '', sentence = '') => {
  for (const form of forms.split(', ')) {
    const word = form.slice(1, -1);
    for (const line of [word, word.toUpperCase(), `${word} postgres`, `“${word}” postgres`])
      expect((await typing()(line)).told).toContain(`\`. ${sentence}`);
  }
});

test('the table of what is none names every word that is told what to do instead', () => {
  const words = others.map(([forms = '']) =>
    forms
      .split(', ')
      .map((form) => form.slice(1, -1))
      .join(' '),
  );
  expect(words).toEqual(INSTEAD.map(([of]) => of));
  expect(others.map(([, sentence]) => sentence)).toEqual(INSTEAD.map(([, sentence]) => sourceOf(sentence('postgres').text)));
});
