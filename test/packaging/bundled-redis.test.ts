import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { freePort } from '../../playground/control/free-port.ts';
import { containerOf, named, render, valuesOf } from '../support/chart.ts';
import { folderFor } from '../support/folder.ts';

const objects = await render(valuesOf('bundled-redis'));
const container = containerOf(objects, 'pgdist-redis');

test('the bundled Redis, started as its pod would start it, is what pgdist asks for, and its password is in no command line', async () => {
  const [folder, port] = [await folderFor(), await freePort()];
  const script = container.args![0]!.replace('dir /data', `dir ${folder}`).replace('port 6379', `port ${port}\nbind 127.0.0.1`);
  const [shell = '', ...options] = container.command;
  const server = spawn(shell, [...options, script], { env: { PATH: process.env['PATH'], REDIS_PASSWORD: 'planted1secret' } });
  onTestFinished(async () => {
    if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
  });
  const lines = createInterface(server.stdout);
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => void (/ready to accept/i.test(line) && resolve()));
    server.once('exit', () => reject(new Error('redis-server ended')));
  });
  const redis = new Redis({ host: '127.0.0.1', port, password: 'planted1secret', lazyConnect: true });
  onTestFinished(() => redis.disconnect());
  await redis.connect();
  expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  expect(await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain('planted1secret');
  const stranger = connect(port, '127.0.0.1');
  onTestFinished(() => void stranger.destroy());
  stranger.write('GET a\r\n');
  const [answer] = (await once(stranger, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^-NOAUTH/);
});

test('it keeps its data on a volume, and only pods of the release reach it', () => {
  const { spec } = named(objects, 'StatefulSet', 'pgdist-redis') as unknown as { spec: { volumeClaimTemplates: unknown[] } };
  expect(spec.volumeClaimTemplates).toMatchObject([{ spec: { storageClassName: 'fast', resources: { requests: { storage: '5Gi' } } } }]);
  expect(named(objects, 'NetworkPolicy', 'pgdist-redis')?.spec.ingress).toMatchObject([
    { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'pgdist' } } }], ports: [{ port: 6379 }] },
  ]);
});

test('bot and worker find it by the password of the same Secret', () => {
  const secret = { valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } };
  expect(container.env).toEqual([{ name: 'REDIS_PASSWORD', ...secret }]);
  for (const name of ['pgdist-bot', 'pgdist-worker'])
    expect(containerOf(objects, name).env).toEqual(
      expect.arrayContaining([
        { name: 'REDIS_PASSWORD', ...secret },
        { name: 'REDIS_URL', value: 'redis://:$(REDIS_PASSWORD)@pgdist-redis:6379/0' },
      ]),
    );
});
