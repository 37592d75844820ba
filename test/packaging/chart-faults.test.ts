import { expect, test } from 'vitest';
import { render, valuesOf } from '../support/chart.ts';

const least = valuesOf('socket-mode');
const config = least['config'] as Record<string, object>;

/** Lines of the list that helm ends with. */
const faultsOf = async (values: object): Promise<string[]> => {
  const said = await render(values).then(
    () => '',
    (error: unknown) => (error as { readonly stderr: string }).stderr,
  );
  return [...said.matchAll(/^ {2}- (.+)$/gm)].map(([, line]) => line ?? '');
};

test('without values helm names all that must be set, a sentence each', async () => {
  expect((await faultsOf({})).map((line) => line.split(' ')[0])).toEqual([
    'image.repository',
    'slack.secretName',
    'redis.secretName',
    'kubeconfig.secretName',
    'licence.secretName',
    'config',
  ]);
});

test.each<[string, object, RegExp]>([
  ['a licence elsewhere', { kubedb: { licenceFile: 'kubedb-licence.pem' } }, /^config\.kubedb\.licenceFile is kubedb-licence\.pem, .* leave it out/],
  ['a chart in a folder', { kubedb: { chart: 'charts/kubedb' } }, /^config\.kubedb\.chart is charts\/kubedb, .*worker\.extraVolumeMounts$/],
])('a configuration that names %s, which no pod has, is told with the key to set', async (_, changes, sentence) => {
  expect(await faultsOf({ ...least, config: { ...config, ...changes } })).toEqual([expect.stringMatching(sentence)]);
});

test('a chart on a volume is taken where the volume is mounted, and nowhere else', async () => {
  const mounted = { ...(least['worker'] as object | undefined), extraVolumeMounts: [{ name: 'charts', mountPath: '/charts' }] };
  const worker = { ...mounted, extraVolumes: [{ name: 'charts', emptyDir: {} }] };
  const named = (chart: string) => faultsOf({ ...least, worker, config: { ...config, kubedb: { chart } } });
  expect(await named('/charts/kubedb')).toEqual([]);
  expect(await named('/charts')).toEqual([]);
  expect(await named('/charts-of-old/kubedb')).toEqual([expect.stringMatching(/^config\.kubedb\.chart is \/charts-of-old\/kubedb, /)]);
});

test('a part of pgdist.yaml that is missing is named', async () => {
  const { databases: _, ...rest } = config;
  expect(await faultsOf({ ...least, config: rest })).toEqual(['config.databases is missing: docs/configuration.md says what stands there']);
});

test('of several fleets it is told which one lacks what', async () => {
  const several = valuesOf('several-fleets');
  const { slack, fleets } = several['config'] as { slack: object; fleets: [object, object] };
  const { hub: _, ...us } = fleets[1] as Record<string, object>;
  const kubedb = { licenceFile: 'us.pem', chart: 'charts/kubedb' };
  expect(await faultsOf({ ...several, config: { slack, fleets: [fleets[0], { ...us, kubedb }] } })).toEqual([
    'config.fleets[1].hub is missing: docs/configuration.md says what stands there',
    expect.stringMatching(/^config\.fleets\[1\]\.kubedb\.licenceFile is us\.pem, which no pod has: leave it out, the chart mounts us\.pem/),
    expect.stringMatching(/^config\.fleets\[1\]\.kubedb\.chart is charts\/kubedb, a folder/),
  ]);
});

const bundled = { secretName: 'redis', bundled: { enabled: true } };

test.each<[string, object, RegExp]>([
  ['a tag in the name of the image', { image: { repository: 'registry.example:5000/pgdist:1' } }, /^image\.repository has a tag/],
  ['TLS for the bundled Redis', { redis: { ...bundled, tls: { secretName: 'redis-tls' } } }, /^redis\.tls is for a Redis of yours/],
  ['a ServiceAccount that nobody makes', { worker: { serviceAccount: { create: false } } }, /^worker\.serviceAccount\.name is not set/],
  ['a variable that the chart sets', { bot: { env: [{ name: 'REDIS_URL', value: 'x' }] } }, /^env or bot\.env sets REDIS_URL/],
  ['a variable that is there twice', { env: [{ name: 'A' }], worker: { env: [{ name: 'A' }] } }, /^env or worker\.env sets A/],
  ['a volume of the chart again', { worker: { extraVolumes: [{ name: 'scratch', emptyDir: {} }] } }, /^worker\.extraVolumes has a volume scratch/],
  ['no fleet in fleets', { config: { fleets: [] } }, /^config\.fleets must be a list of fleets/],
  ['fleets as a mapping', { config: { fleets: { eu: {} } } }, /^config\.fleets must be a list of fleets/],
])('%s is told before anything is installed', async (_, changes, sentence) => {
  expect(await faultsOf({ ...least, ...changes })).toEqual([expect.stringMatching(sentence)]);
});

test.each<[string, object]>([
  ['a port of the registry', { image: { repository: 'registry.example:5000/pgdist', tag: '1' } }],
  ['no resources at all', { bot: { resources: null }, worker: { resources: null } }],
  ['no limits', { worker: { resources: { limits: null } } }],
  ['nodes of another architecture', { worker: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } }],
  ['a ServiceAccount that exists', { worker: { serviceAccount: { create: false, name: 'mine' } } }],
  ['five workers', { worker: { replicas: 5 } }],
])('%s is taken', async (_, changes) => {
  await expect(render({ ...least, ...changes })).resolves.not.toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['tolerations as text', { worker: { tolerations: 'all' } }, /worker\/tolerations/],
  ['a variable that is a number', { env: [{ name: 'A', value: 1 }] }, /env\/0\/value/],
  ['a selector that is a truth value', { worker: { nodeSelector: { arm: true } } }, /nodeSelector\/arm/],
  ['a token in the values', { slack: { secretName: 'slack', botToken: 'xoxb-1' } }, /botToken/],
])('%s is refused by the schema of values, by its path', async (_, changes, path) => {
  await expect(render({ ...least, ...changes })).rejects.toThrow(path);
});

test('an ingress in Socket Mode and one without a host are told', async () => {
  expect(await faultsOf({ ...least, ingress: { enabled: true } })).toEqual([
    expect.stringMatching(/^ingress\.enabled is true, and nothing has to reach a bot in Socket Mode/),
    expect.stringMatching(/^ingress\.host is not set/),
  ]);
});

test('pgdist.yaml may be given as a text, and one that is no YAML is told', async () => {
  const text = JSON.stringify(config);
  expect(await faultsOf({ ...least, config: text })).toEqual([]);
  expect(await faultsOf({ ...least, config: 'fleet: [' })).toEqual([expect.stringMatching(/^config is no YAML: /)]);
});

test('a value that the chart does not have is refused by its name', async () => {
  await expect(render({ ...least, worker: { replica: 3 } })).rejects.toThrow(/replica/);
});
