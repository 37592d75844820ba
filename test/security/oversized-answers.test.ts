import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { LIMITS } from '../../src/kube-api/limits.ts';
import { ApplyConflictError, ClusterRefusedError, ClusterUnreachableError } from '../../src/ports/cluster-errors.ts';
import { startHostileApiServer, type HostileApiServer } from '../support/hostile-api-server.ts';
import {
  emptyPages,
  endless,
  endlessPages,
  flood,
  forgottenPages,
  HOSTILE_ANSWERS,
  HOSTILE_STREAMS,
  listOf,
  whole,
} from '../support/hostile-behaviours.ts';
import { eventually, patienceMs } from '../support/eventually.ts';

const MIB = 2 ** 20;
/** What a connection may have read beyond a limit when it is cut: TLS records and socket buffers that were under way. */
const SLACK = MIB;

interface Attacked {
  readonly server: HostileApiServer;
  readonly cluster: ConnectedCluster;
  /** Bytes that this process has read from the server. */
  readBytes(): number;
}

const attacked = async (): Promise<Attacked> => {
  const server = await startHostileApiServer();
  const port = Number(new URL(server.url).port);
  const sockets = new Set<Socket>();
  const connected = (event: unknown): void => {
    const { socket } = event as { socket: Socket };
    if (socket.remotePort === port) sockets.add(socket);
  };
  subscribe('undici:client:connected', connected);
  const cluster = connectCluster({ name: 'osaka', kubeConfig: loadKubeConfig({ text: server.kubeconfig }), random: () => 0 });
  onTestFinished(async () => {
    unsubscribe('undici:client:connected', connected);
    await cluster.close();
    await server.close();
  });
  return {
    server,
    cluster: cluster.withLimits({ timeoutMs: patienceMs() }),
    readBytes: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  };
};

const thrownBy = async (call: Promise<unknown>): Promise<Error> => {
  const error = await call.then(
    (value) => new Error(`nothing was thrown but ${JSON.stringify(value)?.slice(0, 200)} returned`),
    (caught: unknown) => caught as Error,
  );
  return error;
};

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { a: '1' } };
const access = { verb: 'get', group: '', resource: 'pods' };
const pods = { apiVersion: 'v1', kind: 'Pod' };

/** Every method that is one request or a few. */
const METHODS: Readonly<Record<string, (cluster: ConnectedCluster) => Promise<unknown>>> = {
  version: (cluster) => cluster.version(),
  serves: (cluster) => cluster.serves({ apiVersion: 'batch/v1', kind: 'Job' }),
  read: (cluster) => cluster.read(ref),
  list: (cluster) => cluster.list(pods),
  diff: (cluster) => cluster.diff(manifest),
  logs: (cluster) => cluster.logs({ namespace: 'default', pod: 'p' }),
  allowed: (cluster) => cluster.allowed(access),
  apply: (cluster) => cluster.apply(manifest),
  merge: (cluster) => cluster.merge(ref, { data: { a: '2' } }),
  rehearse: (cluster) => cluster.rehearse(ref, { data: { a: '2' } }),
  create: (cluster) => cluster.create(manifest),
  update: (cluster) => cluster.update(manifest),
  delete: (cluster) => cluster.delete(ref),
  whoAmI: (cluster) => cluster.whoAmI(),
  token: (cluster) => cluster.token({ namespace: 'default', name: 'a' }, 600),
};
/** They take text, or nothing, of what is no answer to them. */
const TAKES_IT: Readonly<Record<string, readonly string[]>> = {
  logs: ['JSON of 500 000 levels', 'JSON of a million parts', 'no JSON'],
};
/** All but discovery, so that the methods get to what they ask for. */
const BEHIND_DISCOVERY = /^\w+ (?!\/(api\/v1|apis\/apps\/v1)$)/;

const CASES = Object.keys(METHODS).flatMap((method) =>
  Object.keys(HOSTILE_ANSWERS)
    .filter((attack) => TAKES_IT[method]?.includes(attack) !== true)
    .map((attack) => ({ method, attack })),
);

test.each(CASES)('$method that is answered with $attack ends soon, having read little, with words that are short', async ({ method, attack }) => {
  const { server, cluster, readBytes } = await attacked();
  const { behaviour, words } = HOSTILE_ANSWERS[attack]!;
  server.answers(BEHIND_DISCOVERY, behaviour);
  const error = await thrownBy(METHODS[method]!(cluster));
  expect(error.message).toMatch(words);
  expect(error.message).toContain(' on osaka: ');
  expect(error.message.length).toBeLessThan(LIMITS.messageLength + 200);
  expect(error instanceof ClusterRefusedError || error instanceof ClusterUnreachableError).toBe(true);
  // A list is asked for in smaller pages, twice, before it is given up; what seems a broken connection is asked for five times.
  expect(server.requests.length).toBeLessThanOrEqual(8);
  expect(readBytes()).toBeLessThan(4 * (LIMITS.answerBytes + SLACK));
});

test('no method of a client is left out of the table', () => {
  const streams = ['exec', 'forward', 'watch'];
  // `time` reads one header of an answer, whose body is thrown away.
  const others = ['name', 'caPem', 'note', 'hindrance', 'withLimits', 'kubeconfig', 'clientCertificate', 'time', 'close'];
  const cluster = connectCluster({
    name: 'osaka',
    kubeConfig: loadKubeConfig({ text: JSON.stringify({ ...minimal, 'current-context': 'a' }) }),
  });
  expect(Object.keys(cluster).toSorted()).toEqual([...Object.keys(METHODS), ...streams, ...others].toSorted());
});
const minimal = {
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [],
};

test('of a conflict the first 50 fields are told, each with a short name', async () => {
  const { server, cluster } = await attacked();
  server.answers(/^PATCH /, HOSTILE_ANSWERS['a conflict with 5 000 causes']!.behaviour);
  const error = await thrownBy(cluster.apply(manifest));
  expect(error).toBeInstanceOf(ApplyConflictError);
  expect((error as ApplyConflictError).conflicts).toHaveLength(50);
});

test('a busy API server that answers 10 MB is asked three times at most', async () => {
  const { server, cluster, readBytes } = await attacked();
  server.answers(/^GET \/version/, whole(503, 'x'.repeat(10 * MIB)));
  await expect(thrownBy(cluster.version())).resolves.toMatchObject({
    message: expect.stringContaining('HTTP 503, and the answer is larger than 1 MiB'),
  });
  expect(server.requests.length).toBe(3);
  expect(readBytes()).toBeLessThan(3 * (LIMITS.refusalBytes + SLACK));
});

test('discovery that does not end is given up', async () => {
  const { server, cluster, readBytes } = await attacked();
  server.answers(/^GET \/api\/v1$/, endless(200, '{"resources":[', '{"name":"pods","kind":"Pod","namespaced":true},'.repeat(1_000)));
  await expect(thrownBy(cluster.list(pods))).resolves.toMatchObject({ message: 'listing Pod on osaka: the answer is larger than 1 MiB' });
  expect(readBytes()).toBeLessThan(LIMITS.discoveryBytes + SLACK);
});

test('a list comes in pages, each short enough for one answer', async () => {
  const { server, cluster } = await attacked();
  const secret = (index: number) => ({ metadata: { name: `s-${index}`, resourceVersion: '1' }, data: { release: 'a'.repeat(MIB) } });
  server.answers(/^GET \/api\/v1\/secrets\?/, (answer, request) => {
    const { searchParams } = new URL(request.url ?? '', server.url);
    const from = Number(searchParams.get('continue') ?? 0);
    const to = Math.min(12, from + Number(searchParams.get('limit')));
    const items = Array.from({ length: to - from }, (_, index) => secret(from + index));
    answer.end(JSON.stringify({ metadata: { resourceVersion: '7', ...(to < 12 ? { continue: String(to) } : {}) }, items }));
  });
  const { items, resourceVersion } = await cluster.list({ apiVersion: 'v1', kind: 'Secret' });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(Array.from({ length: 12 }, (_, index) => `s-${index}`));
  expect(resourceVersion).toBe('7');
  expect(server.requests.filter((line) => line.includes('/secrets')).map((line) => /limit=(\d+)/.exec(line)?.[1])).toEqual([
    '500',
    '50',
    '5',
    '5',
    '5',
  ]);
});

test.each([
  ['50 000 objects in one page', whole(200, listOf(50_000)), /the answer is JSON of more than 250000 parts/],
  ['pages without end', endlessPages, /the list has more than 10000 objects/],
  ['empty pages without end', emptyPages, /the list has more than 250 pages/],
  ['pages that are always forgotten', forgottenPages, /too old/],
  [
    'an object without a name',
    whole(
      200,
      listOf(1, () => ({ metadata: {} })),
    ),
    /an object without a valid name/,
  ],
  [
    'a name of 100 000 characters',
    whole(
      200,
      listOf(1, () => ({ metadata: { name: 'n'.repeat(100_000) } })),
    ),
    /an object without a valid name/,
  ],
  ['a version of 100 000 characters', whole(200, listOf(1, undefined, { resourceVersion: '1'.repeat(100_000) })), /no valid resourceVersion/],
  [
    'a continuation of 100 000 characters',
    whole(200, listOf(1, undefined, { continue: 'c'.repeat(100_000) })),
    /the continuation of the list is not valid/,
  ],
  ['something else than a list', whole(200, '{"metadata":{"resourceVersion":"1"},"items":"many"}'), /the answer is no list/],
] as const)('a list with %s is refused', async (_, behaviour, words) => {
  const { server, cluster, readBytes } = await attacked();
  server.answers(/^GET \/api\/v1\/pods/, behaviour);
  const error = await thrownBy(cluster.list(pods));
  expect(error.message).toMatch(words);
  expect(error).toBeInstanceOf(ClusterRefusedError);
  expect(server.requests.length).toBeLessThanOrEqual(LIMITS.pages + 2);
  expect(readBytes()).toBeLessThan(LIMITS.listBytes + LIMITS.answerBytes);
});

test.each(Object.entries(HOSTILE_STREAMS))(
  'a command whose connection brings %s ends with its connection',
  async (_, { behaviour, headers, ends }) => {
    const { server, cluster, readBytes } = await attacked();
    server.upgrades(/\/exec\?/, behaviour, headers);
    const outcome = await cluster.exec({ namespace: 'default', pod: 'p' }, ['id']).then(
      ({ exitCode }) => `exit code ${exitCode}`,
      (error: unknown) => (error instanceof ClusterRefusedError ? error.message : `not refused: ${String(error)}`),
    );
    expect(outcome).toMatch(ends);
    await eventually(() => expect(server.connections()).toBe(0));
    expect(readBytes()).toBeLessThan(LIMITS.socketBytes + SLACK);
  },
);

test.each(Object.entries(HOSTILE_STREAMS))('a forwarded port that brings %s ends with its connection', async (_, { behaviour, headers }) => {
  const { server, cluster, readBytes } = await attacked();
  server.upgrades(/\/portforward\?/, behaviour, headers);
  let taken = 0;
  const read = async (): Promise<void> => {
    for await (const chunk of await cluster.forward({ namespace: 'default', pod: 'p', port: 53 })) taken += (chunk as Buffer).length;
  };
  await read().catch(() => undefined);
  await eventually(() => expect(server.connections()).toBe(0));
  expect(taken).toBeLessThan(LIMITS.socketBytes + SLACK);
  expect(readBytes()).toBeLessThan(LIMITS.socketBytes + SLACK);
});

test('a forwarded port that nobody reads is ended when its buffer is full', async () => {
  const { server, cluster, readBytes } = await attacked();
  server.upgrades(/\/portforward\?/, HOSTILE_STREAMS['data without end']!.behaviour);
  const stream = await cluster.forward({ namespace: 'default', pod: 'p', port: 53 });
  const failed = new Promise<Error>((resolve) => void stream.on('error', resolve));
  expect((await failed).message).toBe('more than 256 KiB came at once');
  expect(readBytes()).toBeLessThan(LIMITS.socketBytes + SLACK);
});

test('an upgrade that is refused without end is not read to an end', async () => {
  const { server, cluster, readBytes } = await attacked();
  server.refusesUpgrades(/\/exec\?/, (to) => {
    to.write('HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n{"message":"');
    return flood(to, Buffer.from('x'.repeat(65_536)));
  });
  const error = await thrownBy(cluster.exec({ namespace: 'default', pod: 'p' }, ['id']));
  expect(error.message).toBe('running id in pod default/p on osaka: HTTP 403, and the answer is larger than 1 MiB');
  expect(readBytes()).toBeLessThan(LIMITS.refusalBytes + 2 * SLACK);
});

test('the reason with which an upgrade is refused is kept', async () => {
  const { server, cluster } = await attacked();
  const body = JSON.stringify({
    kind: 'Status',
    code: 500,
    reason: 'InternalError',
    message: 'unable to upgrade connection: container not found ("postgres")',
  });
  server.refusesUpgrades(/\/exec\?/, (to) => void to.end(`HTTP/1.1 500 Internal Server Error\r\ncontent-length: ${body.length}\r\n\r\n${body}`));
  await expect(thrownBy(cluster.exec({ namespace: 'default', pod: 'p' }, ['id']))).resolves.toMatchObject({
    name: 'PodUnreachableError',
    stopped: true,
  });
});

const following = (cluster: ConnectedCluster, signal: AbortSignal) => cluster.watch(pods, { resourceVersion: '1', signal });
const event = (object: unknown, type = 'ADDED'): string => `${JSON.stringify({ type, object })}\n`;

test.each([
  [
    'a line without end',
    endless(200, '{"type":"ADDED","object":{"metadata":{"name":"', 'a'.repeat(65_536)),
    /a line of the answer is larger than 8 MiB/,
  ],
  ['a deep line', whole(200, `${'['.repeat(500_000)}\n`), /a line of the watch is JSON of more than 200 levels/],
  ['a line that is no event', whole(200, 'hello\n'), /a line of the watch is no JSON/],
  ['an event of an unknown type', whole(200, event({ metadata: { name: 'a' } }, 'EXPLODED')), /a line of the watch is no event/],
  ['a name of 100 000 characters', whole(200, event({ metadata: { name: 'n'.repeat(100_000) } })), /an object without a valid name/],
  ['an error of 100 000 characters', whole(200, event({ message: 'm'.repeat(100_000), code: 403, reason: 'Forbidden' }, 'ERROR')), /m{1000}…$/],
  ['gzip', whole(200, 'x', { 'content-encoding': 'gzip' }), /the answer is compressed/],
  ['a way elsewhere', whole(302, '', { location: 'https://127.0.0.1:1/' }), /the answer sends elsewhere/],
  [
    'more objects than can be remembered',
    whole(200, Array.from({ length: 10_001 }, (_, index) => event({ metadata: { name: `p-${index}` } })).join('')),
    /the watch told of more than 10000 objects/,
  ],
] as const)('a watch that brings %s ends', async (_, behaviour, words) => {
  const { server, cluster, readBytes } = await attacked();
  server.answers(/watch=true/, behaviour);
  const error = await thrownBy(
    (async () => {
      for await (const _event of following(cluster, AbortSignal.timeout(patienceMs())));
      return 'the watch ended without an error';
    })(),
  );
  expect(error.message).toMatch(words);
  expect(error.message.length).toBeLessThan(LIMITS.messageLength + 200);
  expect(server.requests.filter((line) => line.includes('watch=true')).length).toBe(1);
  expect(readBytes()).toBeLessThan(LIMITS.answerBytes + SLACK);
});

test.each([
  ['is closed at once', whole(200, '')],
  ['is closed after one event', whole(200, event({ metadata: { name: 'a', resourceVersion: '2' } }))],
  ['is closed after a bookmark', whole(200, event({ metadata: { resourceVersion: '2' } }, 'BOOKMARK'))],
  ['says 410 each time', whole(200, event({ code: 410, reason: 'Expired', message: 'too old' }, 'ERROR'))],
  ['is refused with 500', whole(500, '{}')],
] as const)('a watch that %s is asked for again after pauses that grow', async (_, behaviour) => {
  const { server, cluster } = await attacked();
  const askedAtMs: number[] = [];
  const ended = new AbortController();
  server.answers(/watch=true/, (...asked) => {
    if (askedAtMs.push(performance.now()) === 4) ended.abort();
    return behaviour(...asked);
  });
  for await (const _event of following(cluster, ended.signal));
  // After 0.2, 0.4 and 0.8 s, each counted from the end of the watch before; and a list before each one after a 410.
  const pausesMs = askedAtMs.slice(1).map((at, index) => at - askedAtMs[index]!);
  for (const [index, leastMs] of [190, 390, 790].entries()) expect(pausesMs[index]).toBeGreaterThan(leastMs);
  expect(server.requests.length).toBeLessThanOrEqual(1 + 2 * askedAtMs.length);
});

test('large answers of one API server are read one at a time, small ones beside them', async () => {
  const { server, cluster } = await attacked();
  let open = 0;
  let most = 0;
  server.answers(/configmaps\/large/, async (answer) => {
    answer.write(`{"metadata":{"name":"large"},"data":{"a":"${'a'.repeat(MIB)}`);
    open += 1;
    most = Math.max(most, open);
    await eventually(() => expect(server.requests.filter((line) => line.includes('configmaps/large'))).toHaveLength(3));
    open -= 1;
    answer.end('"}}');
  });
  const read = (name: string) => cluster.read({ ...ref, name });
  const large = Promise.all([read('large'), read('large'), read('large')]);
  await eventually(() => expect(most).toBe(3));
  expect(await read('small')).toBeUndefined();
  expect((await large).map((object) => object?.metadata.name)).toEqual(['large', 'large', 'large']);
});

test('an API server that sends more than its share is taken slowly, and its calls end with their time-outs', async () => {
  const { server, cluster, readBytes } = await attacked();
  server.answers(
    /\/pods\?/,
    whole(
      200,
      listOf(6, (index) => ({ metadata: { name: `p-${index}` }, data: 'a'.repeat(MIB) })),
    ),
  );
  const impatient = cluster.withLimits({ timeoutMs: 1_500 });
  const results = await Promise.all(
    Array.from({ length: 12 }, () =>
      impatient.list(pods).then(
        () => undefined,
        (error: unknown) => error as Error,
      ),
    ),
  );
  const failed = results.filter((error) => error !== undefined);
  expect(failed.length).toBeGreaterThanOrEqual(6);
  expect(failed.every((error) => error.message === 'listing Pod on osaka: no answer within 1.5 s')).toBe(true);
  expect(readBytes()).toBeLessThan(48 * MIB);
});
