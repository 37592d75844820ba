import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sources = ['src', 'commands'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

/** Part of the design that a file belongs to: the folder under src/, the name of an entry, or commands. */
const partOf = (file: string): string => (file.startsWith('src/') ? (file.split('/')[1] ?? '').replace(/\.ts$/, '') : 'commands');

const importsOf = (file: string): { text: string; target: string }[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, text]) => ({
    text: text ?? '',
    target: relative(root, resolve(root, dirname(file), text ?? '')),
  }));

/** What each part may import besides itself; entries are the only ones that bring adapters in. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ['domain'],
  steps: ['domain', 'ports'],
  procedures: ['steps', 'domain'],
  runs: ['procedures', 'steps', 'domain', 'ports'],
  adapters: ['domain', 'ports'],
  config: ['domain'],
  command: ['runs', 'domain', 'config'],
  commands: ['command', 'runs', 'domain', 'config'],
  bot: ['config', 'adapters', 'runs', 'ports', 'domain', 'procedures', 'command', 'commands'],
  worker: ['config', 'adapters', 'runs', 'ports', 'domain', 'procedures', 'steps'],
};

/** The stand-ins are clients of the same API and share the lowest layer of the Kubernetes client with pgdist, nothing else. */
const PLAYGROUND_MAY =
  /^src\/(playground|playground\.ts|ports\/cluster\.ts|adapters\/kubernetes\/(api-server|exec|watch|resources|credentials|kube-config)\.ts)/;

test.each(sources.filter((file) => !file.startsWith('src/playground')))('%s imports only what its part of the design allows', (file) => {
  const part = partOf(file);
  const allowed = ALLOWED[part];
  expect(allowed, `${part} is a part of the design`).toBeDefined();
  const wrong = importsOf(file).filter(({ target }) => partOf(target) !== part && !allowed!.includes(partOf(target)));
  // Adapters of one kind do not know those of another.
  const across =
    part === 'adapters'
      ? importsOf(file).filter(({ target }) => target.startsWith('src/adapters/') && target.split('/')[2] !== file.split('/')[2])
      : [];
  expect([...wrong, ...across].map(({ text }) => text)).toEqual([]);
});

test('nothing outside the playground and its entry imports the playground', () => {
  const guilty = sources
    .filter((file) => !file.startsWith('src/playground'))
    .filter((file) => importsOf(file).some(({ target }) => target.startsWith('src/playground')));
  expect(guilty).toEqual([]);
});

test('the stand-ins know nothing of pgdist but the lowest layer of its Kubernetes client', () => {
  const guilty = sources
    .filter((file) => file.startsWith('src/playground/'))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => !PLAYGROUND_MAY.test(target))
        .map(({ text }) => `${file}: ${text}`),
    );
  expect(guilty).toEqual([]);
});

test('the domain does no input or output', () => {
  const guilty = sources
    .filter((file) => file.startsWith('src/domain/'))
    .filter((file) => /from 'node:(?!crypto)|from 'undici'|from 'ioredis'/.test(readFileSync(join(root, file), 'utf8')));
  expect(guilty).toEqual([]);
});
