import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));

const product = ['src', 'commands'].flatMap(filesOf);
const playground = filesOf('playground');

/** Room that a file stands in: the folder under src/, the name of an entry, or the folder at the top. */
const roomOf = (file: string): string => (file.startsWith('src/') ? (file.split('/')[1] ?? '').replace(/\.ts$/, '') : (file.split('/')[0] ?? ''));

/** Imports of values and of types alike. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, text]) =>
    relative(root, resolve(root, dirname(file), text ?? '')),
  );

/** What each room may import besides itself; entries are the only ones that bring adapters in. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  'kube-api': [],
  ports: ['domain', 'kube-api'],
  steps: ['domain', 'ports', 'kube-api'],
  procedures: ['steps', 'domain'],
  walk: ['steps', 'domain', 'ports', 'kube-api'],
  runs: ['domain', 'ports'],
  execution: ['walk', 'runs', 'steps', 'domain', 'ports'],
  adapters: ['domain', 'ports', 'kube-api'],
  config: ['domain'],
  command: ['runs', 'ports', 'domain', 'config'],
  commands: ['command', 'runs', 'ports', 'domain', 'config'],
  bot: ['config', 'adapters', 'runs', 'ports', 'domain', 'procedures', 'command', 'commands'],
  worker: ['config', 'adapters', 'execution', 'ports', 'domain', 'procedures', 'steps'],
};

test.each(product)('%s imports only what its room allows', (file) => {
  const room = roomOf(file);
  const allowed = ALLOWED[room];
  expect(allowed, `${room} is a room of the design`).toBeDefined();
  const wrong = importsOf(file).filter((target) => roomOf(target) !== room && !allowed!.includes(roomOf(target)));
  // Adapters of one kind do not know those of another.
  const across =
    room === 'adapters' ? importsOf(file).filter((target) => target.startsWith('src/adapters/') && target.split('/')[2] !== file.split('/')[2]) : [];
  expect([...wrong, ...across]).toEqual([]);
});

/** How JSON from a cluster is read is the same for an answer and for what is packed inside one. */
const KNOWN_TO_ALL = ['src/kube-api/objects.ts', 'src/kube-api/bounded-json.ts'];

test('outside its own room and the adapters, of the Kubernetes API only the shapes of objects are known, and how JSON is read', () => {
  const guilty = product
    .filter((file) => !['kube-api', 'adapters'].includes(roomOf(file)))
    .flatMap((file) => importsOf(file).filter((target) => roomOf(target) === 'kube-api' && !KNOWN_TO_ALL.includes(target)));
  expect(guilty).toEqual([]);
});

test('nothing of pgdist imports the playground', () => {
  expect(product.filter((file) => importsOf(file).some((target) => target.startsWith('playground/')))).toEqual([]);
});

test('the stand-ins know nothing of pgdist but how the Kubernetes API is spoken', () => {
  const guilty = playground.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('playground/') && !target.startsWith('src/kube-api/'))
      .map((target) => `${file}: ${target}`),
  );
  expect(guilty).toEqual([]);
});

test('no circle of imports, neither of values nor of types', () => {
  expect(circlesOf(product)).toEqual([]);
});

test('the domain does no input or output', () => {
  const guilty = product
    .filter((file) => file.startsWith('src/domain/'))
    .filter((file) => /from 'node:(?!crypto)|from 'undici'|from 'ioredis'/.test(readFileSync(join(root, file), 'utf8')));
  expect(guilty).toEqual([]);
});

/** Each group of files that import one another in a circle, as 'a → b → a'. */
const circlesOf = (files: readonly string[]): string[] => {
  const state = new Map<string, 'open' | 'closed'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'closed') return;
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const target of importsOf(file)) if (files.includes(target)) visit(target, [...path, file]);
    state.set(file, 'closed');
  };
  for (const file of files) visit(file, []);
  return circles;
};
