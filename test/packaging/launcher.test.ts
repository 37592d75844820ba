import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { launcher, pgdist, ran } from '../support/command.ts';

const root = new URL('../../', import.meta.url).pathname;

test('pgdist works from wherever it is linked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-link-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(launcher, join(folder, 'first'));
  await symlink('first', join(folder, 'second'));
  const { code, out } = await ran(join(folder, 'second'), ['manifest']);
  expect(code).toBe(0);
  expect(out).toContain('command: /pgdist');
});

test.each([
  [['manifest', '--bogus'], 'usage: pgdist manifest [--url https://pgdist.example/slack/events]\n'],
  [['manifest', '--url', 'http://x'], '--url takes the https address of /slack/events, not http://x\n'],
  [['rbac', '--clster', 'x'], expect.stringMatching(/^usage: pgdist rbac --cluster NAME [^\n]*\n$/)],
])('%j is told in one sentence, with 2', async (args, err) => {
  expect(await pgdist(args)).toEqual({ code: 2, out: '', err });
});

test('whoever closes the pipe has seen enough: nothing is said against it', async () => {
  const { code, err } = await ran('bash', ['--norc', '-c', `${launcher} completion bash | true; exit \${PIPESTATUS[0]}`]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('health is 0 while the process on HEALTH_PORT says that it lives, and 1 when it does not or nobody listens', async () => {
  let status = 200;
  const server = createServer((_, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { HEALTH_PORT: String((server.address() as AddressInfo).port) };
  expect(await pgdist(['health'], env)).toMatchObject({ code: 0, err: '' });
  status = 503;
  expect(await pgdist(['health'], env)).toMatchObject({ code: 1, err: expect.stringContaining('answers 503') });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await pgdist(['health'], env)).toMatchObject({ code: 1, err: expect.stringContaining('gives no answer') });
});

test('an old Node is told in one sentence what is needed, before it meets TypeScript', async () => {
  const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.20.2'}});Object.defineProperty(process,'version',{value:'v20.20.2'})`;
  const { code, err } = await ran(process.execPath, ['--import', old, '--import', join(root, 'scripts/node-version.mjs'), join(root, 'src/bot.ts')]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/^pgdist needs Node 24 or newer, and this is v20\.20\.2: .*npm ci.*\n$/) });
});

test('no script of npm meets an old Node without that sentence or the set-up', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const bare = Object.entries(scripts).filter(
    ([, line]) => /\.ts\b/.test(line.replaceAll(/\S+\.config\.ts/g, '')) && !/node-version\.mjs|scripts\/setup\.mjs/.test(line),
  );
  expect(bare).toEqual([]);
});
