import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openRedis, type OpenRedis } from '../../../src/adapters/redis/index.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { RedisAccess } from '../../../src/domain/redis-address.ts';
import { certificateAuthority, type Pem, type TestAuthority } from '../../support/certificates.ts';
import { configMapStep } from '../../support/config-map-step.ts';
import { eventually } from '../../support/eventually.ts';
import { openInstallation } from '../../support/installation.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { redisPrograms, startRedis, type TestRedis } from '../../support/redis.ts';

let folder: string;
let ours: TestAuthority;
let others: TestAuthority;
let access: Required<RedisAccess>['tls'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-tls-'));
  [ours, others] = await Promise.all([certificateAuthority('ours'), certificateAuthority('others')]);
  access = { caFile: await written('ca.pem', ours.pem) };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

const written = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
const filesOf = async (name: string, { certificate, key }: Pem) => ({
  certFile: await written(`${name}.pem`, certificate),
  keyFile: await written(`${name}.key`, key),
});

const serverWith = async (program: string, pem: Pem, { authority = ours, clients = 'no' } = {}): Promise<TestRedis> => {
  const { certFile, keyFile } = await filesOf('server', pem);
  const trusted = await written('clients.pem', authority.pem);
  const settings = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', trusted, '--tls-auth-clients', clients];
  const server = await startRedis(['--appendonly', 'yes', ...settings], { program, tls: true });
  toClose.push(() => server.close());
  return server;
};

const opened = ({ url }: TestRedis, tls: RedisAccess['tls'] = access): OpenRedis => {
  const redis = openRedis({ url: url.replace('redis:', 'rediss:'), access: { tls }, prefix: 'pgdist', clock: systemClock, log: quietLog });
  toClose.push(() => redis.close());
  return redis;
};
const faultsOf = async (redis: OpenRedis): Promise<string[]> =>
  (await redis.examine({ requirePersistence: true })).faults.map(({ kind, text }) => `${kind}: ${text}`);

describe.each(redisPrograms())('$name', ({ program }) => {
  test('an authority of its own, and a certificate of the client where Redis wants one', async () => {
    const server = await serverWith(program, await ours.issue(), { clients: 'yes' });
    expect(await faultsOf(opened(server))).toEqual([expect.stringMatching(/REDIS_CERT_FILE.*REDIS_KEY_FILE/)]);
    const tls = { ...access, ...(await filesOf('client', await ours.issue({ name: 'client' }))) };
    expect(await faultsOf(opened(server, tls))).toEqual([]);
    const installation = openInstallation({ url: server.url.replace('redis:', 'rediss:'), access: { tls }, steps: [configMapStep('a')] });
    toClose.push(() => installation.close());
    await installation.worker();
    await installation.reaches((await installation.start('status')).id, 'succeeded');
  });

  test('what is wrong with a certificate is said, each with its setting', async () => {
    const server = await serverWith(program, await ours.issue());
    expect(await faultsOf(opened(server, {}))).toEqual([expect.stringMatching(/^setting: .*signed by nobody who is trusted.*REDIS_CA_FILE/)]);
    expect(await faultsOf(opened(server, { caFile: await written('others.pem', others.pem) }))).toEqual([
      expect.stringMatching(/^setting: .*REDIS_CA_FILE/),
    ]);
    expect(await faultsOf(opened(server, { caFile: join(folder, 'none.pem') }))).toEqual([
      expect.stringMatching(/^setting: REDIS_CA_FILE: .*none\.pem cannot be read: ENOENT/),
      expect.stringContaining('REDIS_CA_FILE'),
    ]);
    expect(await faultsOf(opened(server, { ...access, serverName: 'elsewhere.test' }))).toEqual([
      expect.stringMatching(/^setting: .*for another name/),
    ]);
    const elsewhere = await serverWith(program, await ours.issue({ name: 'shared', ip: '10.0.0.9' }));
    expect(await faultsOf(opened(elsewhere))).toEqual([expect.stringMatching(/^setting: .*for another name.*REDIS_TLS_SERVER_NAME/)]);
    expect(await faultsOf(opened(elsewhere, { ...access, serverName: 'shared.test' }))).toEqual([]);
    const old = await serverWith(program, await ours.issue({ notAfter: new Date(Date.now() - 60_000) }));
    expect(await faultsOf(opened(old))).toEqual([expect.stringMatching(/^setting: .*not valid at this time/)]);
  });

  test('TLS on one side alone is told', async () => {
    const secured = await serverWith(program, await ours.issue());
    const plainly = openRedis({ url: secured.url, prefix: 'pgdist', clock: systemClock, log: quietLog });
    toClose.push(() => plainly.close());
    expect(await faultsOf(plainly)).toEqual([expect.stringMatching(/^passing: .*wants TLS \(rediss:/)]);
    const plain = await startRedis(undefined, { program });
    toClose.push(() => plain.close());
    expect(await faultsOf(opened(plain))).toEqual([expect.stringMatching(/write redis:\/\/ instead of rediss:/)]);
  });

  test('a renewed authority is read from its file, without a restart', async () => {
    const server = await serverWith(program, await ours.issue());
    const caFile = await written('renewed.pem', ours.pem);
    const redis = opened(server, { caFile });
    expect(await faultsOf(redis)).toEqual([]);
    await server.close();
    const { certFile, keyFile } = await filesOf('next', await others.issue());
    const settings = [
      '--tls-cert-file',
      certFile,
      '--tls-key-file',
      keyFile,
      '--tls-ca-cert-file',
      await written('next-ca.pem', others.pem),
      '--tls-auth-clients',
      'no',
    ];
    const next = await startRedis(['--appendonly', 'yes', ...settings], { program, tls: true, port: server.port });
    toClose.push(() => next.close());
    await eventually(async () => expect(await faultsOf(redis)).toEqual([expect.stringContaining('REDIS_CA_FILE')]));
    await writeFile(caFile, others.pem);
    await eventually(async () => expect(await faultsOf(redis)).toEqual([]));
    await eventually(() => redis.store.list(1));
  });
});
