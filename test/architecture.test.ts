import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { listed, readmeOf } from './support/readme.ts';

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

/** Without what is imported as a type only. */
const valuesImportedBy = (file: string): string[] => {
  const types = new Set(
    [...readFileSync(join(root, file), 'utf8').matchAll(/import type [^;]*?from '(\.[^']+)'/g)].map(([, text]) =>
      relative(root, resolve(root, dirname(file), text ?? '')),
    ),
  );
  return importsOf(file).filter((target) => !types.has(target));
};

/** What each room may import besides itself; entries are the only ones that bring adapters in. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  yaml: [],
  redaction: [],
  'kube-api': ['yaml'],
  ports: ['domain', 'kube-api'],
  steps: ['domain', 'ports', 'kube-api'],
  procedures: ['steps', 'domain'],
  walk: ['steps', 'domain', 'ports', 'kube-api'],
  runs: ['domain', 'ports'],
  execution: ['walk', 'runs', 'steps', 'domain', 'ports'],
  adapters: ['domain', 'ports', 'kube-api', 'redaction'],
  config: ['domain', 'yaml', 'redaction'],
  command: ['runs', 'ports', 'domain', 'config'],
  commands: ['command', 'runs', 'ports', 'domain', 'config'],
  checkup: ['walk', 'steps', 'domain', 'ports'],
  terminal: ['domain', 'redaction'],
  doctor: ['redaction', 'config', 'adapters', 'checkup', 'terminal', 'procedures', 'ports', 'domain'],
  cli: ['redaction', 'config', 'adapters', 'terminal', 'command', 'commands', 'runs', 'ports', 'domain'],
  metrics: ['ports', 'domain'],
  traces: ['ports', 'domain'],
  bot: ['metrics', 'traces', 'redaction', 'config', 'adapters', 'runs', 'execution', 'ports', 'domain', 'procedures', 'command', 'commands'],
  worker: ['metrics', 'traces', 'redaction', 'config', 'adapters', 'execution', 'ports', 'domain', 'procedures', 'steps'],
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

/** One file for each kind of walk; all else in walk/clients/ is what these are made of. */
const DOORS = ['planning', 'applying', 'verifying'].map((walk) => `src/walk/clients/${walk}-clients.ts`);

test('the client of a step is wrapped in walk/clients alone: others get it whole, from one function for each kind of walk', () => {
  expect(product).toEqual(expect.arrayContaining(DOORS));
  const guilty = product
    .filter((file) => !file.startsWith('src/walk/clients/'))
    .flatMap((file) =>
      valuesImportedBy(file)
        .filter((target) => target.startsWith('src/walk/clients/') && !DOORS.includes(target))
        .map((target) => `${file}: ${target}`),
    );
  expect(guilty).toEqual([]);
});

test('YAML from outside is parsed by one reader', () => {
  const guilty = product
    .filter((file) => roomOf(file) !== 'yaml')
    .filter((file) => /import \{[^}]*\b(?:parse\w*|Parser|Composer|Lexer)\b[^}]*\} from 'yaml'/.test(readFileSync(join(root, file), 'utf8')));
  expect(guilty).toEqual([]);
});

test('nothing of pgdist imports the playground', () => {
  expect(product.filter((file) => importsOf(file).some((target) => target.startsWith('playground/')))).toEqual([]);
});

/**
 * What each room of the playground may import besides itself; a folder stands for what is in it, and the innermost folder of a file is its room.
 * One way only: the doubles stand alone, the kit of the controllers knows the API, what runs on a cluster knows the kit.
 */
const PLAYGROUND: Readonly<Record<string, readonly string[]>> = {
  'playground/kubernetes-api': [],
  'playground/slack': [],
  'playground/script': [],
  'playground/charts': [],
  'playground/control': ['src/kube-api', 'scripts/setup/lifeline.mjs'],
  'playground/faults': ['playground/control', 'src/kube-api'],
  'playground/node': ['playground/control', 'playground/kubernetes-api/contract.ts', 'src/kube-api'],
  'playground/postgres': ['playground/control', 'src/kube-api'],
  'playground/operators/kubedb': ['playground/control', 'playground/postgres', 'src/kube-api'],
  'playground/operators/kubeslice': ['playground/control', 'src/kube-api'],
  'playground/operators/ocm': ['playground/control', 'src/kube-api'],
  'playground/operators': ['playground/operators/kubedb', 'playground/operators/kubeslice', 'playground/operators/ocm', 'playground/control'],
  'playground/clusteradm': ['playground/operators/ocm', 'playground/control', 'src/kube-api'],
  'playground/real': ['playground/operators', 'playground/node', 'playground/control', 'src/kube-api'],
};

/** Files that tie rooms together; nothing in a room imports them. What they have no use for themselves has a room of its own. */
const ENTRIES = [
  'fault-world.ts',
  'fleet.ts',
  'main.ts',
  'options.ts',
  'people.ts',
  'playground.ts',
  'present.ts',
  'processes.ts',
  'real-fleet.ts',
  'stage.ts',
  'start.ts',
  'switches.ts',
  'tools.ts',
  'worker-access.ts',
].map((name) => `playground/${name}`);

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

const playgroundRoomOf = (file: string): string | undefined =>
  Object.keys(PLAYGROUND)
    .filter((room) => isIn(file, room))
    .toSorted((a, b) => b.length - a.length)[0];

test.each(playground.filter((file) => !ENTRIES.includes(file)))('%s imports only what its room of the playground allows', (file) => {
  const room = playgroundRoomOf(file);
  expect(room, `${file} stands in a room of the playground`).toBeDefined();
  const allowed = PLAYGROUND[room!]!;
  expect(importsOf(file).filter((target) => playgroundRoomOf(target) !== room && !allowed.some((place) => isIn(target, place)))).toEqual([]);
});

test('rooms of the playground import one another in one direction', () => {
  const both = Object.entries(PLAYGROUND).flatMap(([room, allowed]) =>
    allowed.filter((other) => (PLAYGROUND[playgroundRoomOf(other) ?? ''] ?? []).some((place) => isIn(room, place) || isIn(place, room))),
  );
  expect(both).toEqual([]);
});

test('each room of the playground has files, and uses what it may', () => {
  const unused = Object.entries(PLAYGROUND).flatMap(([room, allowed]) => {
    const targets = playground.filter((file) => playgroundRoomOf(file) === room).flatMap(importsOf);
    const files = playground.some((file) => playgroundRoomOf(file) === room) ? [] : [room];
    return [...files, ...allowed.filter((place) => !targets.some((target) => isIn(target, place))).map((place) => `${room}: ${place}`)];
  });
  expect(unused).toEqual([]);
});

test("the playground's page lists its rooms with what they may import, and its entries", () => {
  const page = readmeOf('playground');
  const shortened = (place: string): string => place.replace('playground/', '');
  const rooms = page.rows('The playground').map(([room = '', , allowed]) => [room.replace(/^\[(.*)\]\(.*\)$/, '$1'), listed(allowed).toSorted()]);
  expect(rooms).toEqual(Object.entries(PLAYGROUND).map(([room, allowed]) => [shortened(room), allowed.map(shortened).toSorted()]));
  const named = [...page.text.matchAll(/`([a-z-]+\.ts)`/g)].map(([, name]) => `playground/${name}`);
  expect(named.toSorted()).toEqual(ENTRIES);
});

test('the entries of the playground import its rooms and, of pgdist, nothing', () => {
  const guilty = ENTRIES.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('playground/'))
      .map((target) => `${file}: ${target}`),
  );
  expect(guilty).toEqual([]);
});

test('no circle of imports, neither of values nor of types', () => {
  expect(circlesOf([...product, ...playground])).toEqual([]);
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
