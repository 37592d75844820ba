import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorClient } from '../../playground/control/kit.ts';
import { CHANNEL } from '../../playground/people.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

/** In the places where people put secrets; none may be in what is downloaded. */
const SECRETS = ['hunter2-of-the-pod', 'hunter2-of-the-map', 'hunter2-of-the-note', 'hunter2-as-applied', 'hunter2-of-the-secret'];

let playground: TestPlayground;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-bundle-'));
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  const hub = playground.fleet.connections.find(({ name }) => name === 'demo-controller')!;
  const client = operatorClient(hub, 'somebody');
  const [pod, map, note, applied, secret] = SECRETS;
  const named = {
    name: 'planted',
    namespace: 'kube-system',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"password":"${applied}"}` },
  };
  await client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: named,
    spec: { containers: [{ name: 'planted', image: 'nothing', env: [{ name: 'PLAIN', value: pod }] }] },
  });
  await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: named, data: { plain: map } });
  await client.create({ apiVersion: 'v1', kind: 'Secret', metadata: named, stringData: { plain: secret } });
  await client.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { ...named, name: 'planted.1' },
    involvedObject: { kind: 'Pod', name: 'planted', namespace: 'kube-system' },
    reason: 'Failed',
    message: `could not connect with password=${note}`,
    type: 'Warning',
  });
  await client.close();
});
afterAll(async () => {
  await playground?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The files of the bundle in the newest thread, by their path, as somebody who downloads and unpacks it has them. */
const unpacked = async (): Promise<Map<string, string>> => {
  const { slack } = playground;
  const [file] = slack
    .messages(CHANNEL)
    .flatMap(({ ts }) => slack.thread(CHANNEL, ts))
    .flatMap(({ files }) => files)
    .filter(({ name }) => name.endsWith('.tar.gz'));
  const response = await fetch(new URL(`/files/${file!.id}`, playground.environment['SLACK_API_URL']));
  await writeFile(join(folder, 'bundle.tar.gz'), Buffer.from(await response.arrayBuffer()));
  await promisify(execFile)('tar', ['-xzf', 'bundle.tar.gz'], { cwd: folder });
  const names = (await readdir(join(folder, 'bundle'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(
    names.map(
      async ({ parentPath, name }) => [join(parentPath, name).slice(folder.length + 1), await readFile(join(parentPath, name), 'utf8')] as const,
    ),
  );
  return new Map(texts);
};

test('a bundle of a fleet with a silent cluster is a file in the thread that says what did not answer, and holds no secret', async () => {
  playground.fleet.apis.get('demo-worker')!.faults.hanging = true;
  await playground.play(`
    alice: /pgdist bundle postgres
    wait succeeded
    expect Support bundle of postgres on demo
    expect demo-worker answered nothing
    expect .tar.gz
  `);
  const files = await unpacked();
  const index = files.get('bundle/index.txt') ?? '';
  const at = (path: string): string => {
    expect([...files.keys()]).toContain(path);
    return files.get(path) ?? '';
  };
  expect(index).toContain('Support bundle of postgres on demo');
  expect(index).toMatch(/demo-controller: asked \d+ times, [1-9]\d* objects/);
  expect(index).toMatch(/demo-worker: asked \d+ times, 0 objects and 0 logs/);
  expect(index).toContain('not answered: ');
  expect(at('bundle/clusters/demo-controller/objects/Node.json')).toContain('demo-controller-1');
  const pods = at('bundle/clusters/demo-controller/objects/Pod.kube-system.json');
  expect(pods).toContain('"planted"');
  expect(pods).toContain('(left out)');
  expect(at('bundle/clusters/demo-controller/objects/Event.kube-system.json')).toContain('could not connect with');
  const everything = [...files].flat().join('\n');
  for (const secret of SECRETS) expect(everything).not.toContain(secret);
  expect(everything).not.toContain('PRIVATE KEY');
});
