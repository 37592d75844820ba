import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/adapters/cli/run-cli.ts';
import { boundedFetch } from '../../src/adapters/slack/bounded-fetch.ts';
import { licenceFile } from '../../src/adapters/system/licence-file.ts';
import { createLog } from '../../src/adapters/system/log.ts';
import { readConfigFile } from '../../src/config/file.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { jsonOrNothing, parseJson } from '../../src/kube-api/bounded-json.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { lineSplitter } from '../../src/kube-api/split-lines.ts';
import { decodeAnswer } from '../../src/steps/coredns/dns-message.ts';
import { readHelmRecord } from '../../src/steps/helm-record.ts';
import { subjectOfRequest } from '../../src/steps/ocm/certificate-subject.ts';
import { parseServerReport } from '../../src/steps/postgres/server-report.ts';
import { toolOnPath } from '../adapters/cli/tool-on-path.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { endless } from '../support/hostile-behaviours.ts';

const MIB = 2 ** 20;
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
const call = (tool: string, onLine?: (line: string) => void) =>
  runCli({
    tool,
    args: [],
    environment: { PATH: process.env['PATH'] ?? '' },
    signal: new AbortController().signal,
    timeoutMs: 50_000,
    ...(onLine === undefined ? {} : { onLine }),
  });

test.each([
  ['lines without end', 'exec yes "some words of a tool that never stops talking"'],
  ['one line without end', 'exec tr "\\\\0" a < /dev/zero'],
])('a tool that prints %s is ended after 8 MiB', async (_, script) => {
  await toolOnPath('helm', script);
  const { exitCode, lastLines, timedOut } = await call('helm');
  expect(lastLines.at(-1)).toBe('helm was ended: it printed more than 8 MiB');
  expect(lastLines.length).toBeLessThanOrEqual(40 + 1);
  expect(Math.max(...lastLines.map((line) => line.length))).toBeLessThanOrEqual(500);
  expect(timedOut).toBe(false);
  expect(exitCode).not.toBe(0);
});

test('lines of a tool are the same with and without a newline at the end, a carriage return before it, and in two pieces', async () => {
  await toolOnPath('helm', 'printf "one\\r\\ntw"; printf "o\\n\\nthree"');
  const lines: string[] = [];
  const { lastLines, exitCode } = await call('helm', (line) => lines.push(line));
  expect(lastLines).toEqual(['one', 'two', '', 'three']);
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(exitCode).toBe(0);
});

test('a long line is cut without being joined again for each piece of it', () => {
  const splitter = lineSplitter(1_000, 'cut');
  const piece = Buffer.alloc(1_000, 'a');
  for (let index = 0; index < 10_000; index += 1) expect([...splitter.add(piece)]).toEqual([]);
  expect([...splitter.add(Buffer.from('\nb\n'))]).toEqual(['a'.repeat(1_000), 'b']);
  const strict = lineSplitter(10, () => new Error('too long'));
  expect(() => [...strict.add(Buffer.from('aaaaaaaaaaaa'))]).toThrow('too long');
});

const helmSecret = (release: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'sh.helm.release.v1.kubedb.v1', namespace: 'kubedb' },
  data: { release },
});
const packed = (json: Buffer | string): string => Buffer.from(gzipSync(json).toString('base64')).toString('base64');

test.each([
  ['a bomb of gzip', packed(Buffer.alloc(200 * MIB, ' '))],
  ['JSON of 100 000 levels', packed('['.repeat(100_000))],
  ['JSON of a million parts', packed(`[${'0,'.repeat(1_000_000)}0]`)],
  ['no gzip', Buffer.from('hello').toString('base64')],
  ['no base64', '!'],
] as const)('a Helm release whose record is %s is a problem that names its Secret', async (_, release) => {
  const cluster = memoryCluster('osaka');
  cluster.put(helmSecret(release));
  const error = await readHelmRecord(cluster, 'kubedb', 'kubedb').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProblemError);
  const [problem] = (error as ProblemError).problems;
  expect(problem).toMatchObject({ code: 'PGD-085', what: 'the record of Helm release kubedb on osaka cannot be read' });
  expect(problem?.evidence.join()).toContain('Secret kubedb/sh.helm.release.v1.kubedb.v1 on osaka');
});

test('a Helm record of a large chart is read', async () => {
  const cluster = memoryCluster('osaka');
  const chart = {
    metadata: { name: 'kubedb', version: 'v2026.2.26' },
    templates: Array.from({ length: 500 }, (_, index) => ({ name: `t${index}`, data: 'a'.repeat(20_000) })),
  };
  cluster.put(helmSecret(packed(JSON.stringify({ version: 1, info: { status: 'deployed' }, chart, manifest: 'm'.repeat(3 * MIB) }))));
  expect(await readHelmRecord(cluster, 'kubedb', 'kubedb')).toMatchObject({ revision: 1, status: 'deployed', chart: 'kubedb' });
});

test('brackets and commas inside strings count for nothing', () => {
  const text = JSON.stringify({ a: `${'[{,:'.repeat(300_000)}\\"` });
  expect(parseJson(text)).toEqual({ value: JSON.parse(text), parts: 2 });
  expect(jsonOrNothing('"open')).toBeUndefined();
  expect(jsonOrNothing('{"a":"\\')).toBeUndefined();
});

const dns = (counts: readonly [questions: number, answers: number], rest: Buffer): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(counts[0], 4);
  header.writeUInt16BE(counts[1], 6);
  return Buffer.concat([header, rest]);
};
const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 0, 0, 1]);

test('a DNS answer ends with its bytes, whatever its counts and pointers say', () => {
  expect(() => decodeAnswer(dns([65_535, 65_535], Buffer.from([0xc0, 12, 0, 1, 0, 1])))).toThrow(RangeError);
  // A pointer to itself.
  expect(decodeAnswer(dns([1, 1], Buffer.concat([Buffer.from([0xc0, 12, 0, 1, 0, 1]), record]))).addresses).toEqual(['10.0.0.1']);
  expect(() => decodeAnswer(dns([1, 0], Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(200)])))).toThrow('no label of a name');
  expect(decodeAnswer(dns([0, 4_000], Buffer.concat(Array.from({ length: 4_000 }, () => record)))).addresses).toHaveLength(64);
});

test('a certificate request of a megabyte is none', () => {
  expect(subjectOfRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${'MAAA'.repeat(262_144)}\n-----END CERTIFICATE REQUEST-----`)).toBeUndefined();
});

test.each([
  ['many rows', { standbys: Array.from({ length: 5_000 }, () => ({ app: 'a', state: 's', sync: 'async' })) }],
  ['a long name', { sysid: '1'.repeat(100_000) }],
  ['a long LSN', { lsn: `0/${'f'.repeat(100_000)}` }],
])('a PostgreSQL answer with %s cannot be read', (_, changes) => {
  const answer = {
    v: 170002,
    rec: false,
    sysid: '1',
    standbys: [],
    slots: [],
    basebackups: [],
    archiver: { mode: 'off', noop: false },
    set: { sync_names: '', max_conn: 100 },
    conns: 1,
    sync_waiters: 0,
    bytes: 1,
  };
  expect(parseServerReport(JSON.stringify(answer))).toMatchObject({ systemId: '1' });
  expect(() => parseServerReport(JSON.stringify({ ...answer, ...changes }))).toThrow(/too_big/);
});

test('files that are too large are refused by name: kubeconfig, what it names, pgdist.yaml and the licence', async () => {
  const at = folder();
  const large = join(at, 'large');
  writeFileSync(large, Buffer.alloc(5 * MIB, '#'));
  expect(() => loadKubeConfig({ paths: large })).toThrow(`kubeconfig ${large} is larger than 4096 KiB`);
  expect(() => loadKubeConfig({ paths: '/dev/zero' })).toThrow('kubeconfig /dev/zero is not a plain file');
  expect(() => readConfigFile(large)).toThrow(
    expect.objectContaining({ faults: [{ path: large, message: expect.stringContaining('is larger than 64 KiB') as string }] }),
  );
  const error = await licenceFile(large, () => undefined)().catch((caught: unknown) => caught);
  expect((error as ProblemError).problems[0]?.evidence).toEqual(['it is larger than 64 KiB, which no licence is (kubedb.licenceFile)']);
});

test('an answer in place of Slack that does not end, or leads elsewhere, is cut off', async () => {
  const server = createServer((request, response) =>
    request.url === '/elsewhere'
      ? void response.writeHead(302, { location: '/' }).end()
      : void endless(200, '{', Buffer.alloc(65_536, ' '))(response, request),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(boundedFetch(url).then((response) => response.text())).rejects.toThrow('the answer is larger than 8 MiB');
  await expect(boundedFetch(`${url}/elsewhere`)).rejects.toThrow('fetch failed');
});

test('a logged error is a short line, whatever it quotes', () => {
  const lines = new PassThrough();
  createLog({ process: 'worker', level: 'info', destination: lines }).error(
    { error: new Error('x'.repeat(MIB), { cause: new Error('y'.repeat(MIB)) }) },
    'phase ended by a bug',
  );
  const line = String(lines.read());
  expect(line).toContain('phase ended by a bug');
  expect(line.length).toBeLessThan(20_000);
});
