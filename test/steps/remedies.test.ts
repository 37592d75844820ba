import { expect, test } from 'vitest';
import { sourcesOf } from '../support/sources.ts';

/** Everything that can make a problem; and what words it says. */
const sources = sourcesOf('src').filter(
  ({ file }) => /^src\/(steps|domain|walk|execution|procedures)\//.test(file) && file !== 'src/domain/terminal.ts',
);
const told = sources
  .filter(({ file }) => !file.startsWith('src/domain/problems/'))
  .flatMap(({ file, text }) => [...text.matchAll(/\b(?:told|phrase)`((?:\\.|[^`\\])*)`/g)].map(([, words = '']) => ({ file, words })));

/** Of kubectl's own words, and of kinds that stand in no namespace. */
const OF_THE_CLUSTER =
  /^(get --raw|get nodes?\b|describe nodes?\b|uncordon |certificate (deny|approve)|create namespace|(get|patch|delete) managedclusters?\b|get clustermanager\b|get placementpolicy\b|get klusterlet\b|get storageclass\b|get persistentvolumes\b)/;

const calls = (name: string): { readonly file: string; readonly line: string }[] =>
  sources.flatMap(({ file, text }) =>
    [...text.matchAll(new RegExp(String.raw`\b${name}\(((?:[^()'\`]|'[^']*'|\`[^\`]*\`)*)\)`, 'g'))].map(([, inner = '']) => ({
      file,
      line: (/`([^`]*)`\s*,?$/.exec(inner.trim()) ?? /'([^']*)'\s*,?$/.exec(inner.trim()))?.[1] ?? '',
    })),
  );

test('a command line never stands in a sentence, where nothing fills in its context and its namespace', () => {
  const lines = told.filter(({ words }) =>
    /\bkubectl (?!-n \$)[a-z-]+\b|\bhelm (history|rollback|uninstall|upgrade|get|status)\b (?!again|of|with)\S/.test(words),
  );
  expect(lines.map(({ file, words }) => `${file}: ${words}`)).toEqual([]);
});

test('what is asked without a namespace stands in none', () => {
  const found = calls('kubectlOn');
  expect(found.length).toBeGreaterThan(8);
  expect(found.filter(({ line }) => !OF_THE_CLUSTER.test(line)).map(({ file, line }) => `${file}: ${line}`)).toEqual([]);
});

test('a line has no placeholder, no context and no namespace of its own', () => {
  const lines = [...calls('kubectlOn'), ...calls('kubectlIn'), ...calls('helmIn')];
  expect(lines.length).toBeGreaterThan(30);
  expect(
    lines.filter(({ line }) => line === '' || /<[a-zA-Z]|--context|--namespace|(^| )-n /.test(line)).map(({ file, line }) => `${file}: ${line}`),
  ).toEqual([]);
});

test('a remedy that begins with Deploy has the button for it, and no other has', () => {
  const wrong = sources.flatMap(({ file, text }) => [
    ...[...text.matchAll(/remedy: told`(Deploy[^`]*)`/g)].map(([, words = '']) => `${file}: no button: ${words}`),
    ...[...text.matchAll(/\b(?:byWords|byTyping)\(\s*told`(Deploy (?!again where)[^`]*)`/g)].map(([, words = '']) => `${file}: no button: ${words}`),
    ...[...text.matchAll(/\bbyDeploy\(\s*told`((?!Deploy)[^`]*)`/g)].map(([, words = '']) => `${file}: a button for: ${words}`),
  ]);
  expect(sources.filter(({ text }) => text.includes('byDeploy(told`Deploy')).length).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});
