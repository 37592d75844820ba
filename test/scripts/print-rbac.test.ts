import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { patienceMs } from '../support/eventually.ts';
import { folderFor } from '../support/folder.ts';

const root = new URL('../../', import.meta.url).pathname;
const print = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['scripts/print-rbac.ts', '--config', 'examples/pgdist.yaml', ...args], { cwd: root, timeout: patienceMs() });

interface Printed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
    readonly resourceNames?: string[];
  }[];
  readonly subjects?: readonly unknown[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}
const objectsIn = (text: string): Printed[] => parseAllDocuments(text).flatMap((document) => (document.toJS() as Printed | null) ?? []);

describe('npm run rbac', () => {
  test('prints roles with bindings to the ServiceAccount, namespaces first, and no wildcard', async () => {
    const objects = objectsIn((await print('--cluster', 'demo-controller')).stdout);
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('Namespace')).toBeLessThan(kinds.indexOf('ServiceAccount'));
    for (const { kind, metadata, roleRef, subjects } of objects.filter(({ kind }) => /Binding$/.test(kind))) {
      expect({ kind, subjects }).toEqual({ kind, subjects: [{ kind: 'ServiceAccount', name: 'pgdist', namespace: 'pgdist' }] });
      expect(
        objects.some((role) => role.kind === roleRef?.kind && role.metadata.name === roleRef.name && role.metadata.namespace === metadata.namespace),
      ).toBe(true);
    }
    const rules = objects.flatMap(({ rules = [] }) => rules);
    expect(rules.filter((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*'))).toEqual([]);
    expect(rules.filter(({ resources, resourceNames }) => resources.includes('pods/exec') && resourceNames === undefined)).toEqual([]);
    const secrets = objects
      .filter(({ kind }) => kind === 'ClusterRole')
      .flatMap(({ rules = [] }) => rules.filter(({ resources }) => resources.includes('secrets')));
    expect(secrets.filter(({ resourceNames }) => resourceNames === undefined)).toEqual([]);
  });

  test('tells every fault of the configuration in a line of its own, and no stack', async () => {
    const file = join(await folderFor(), 'pgdist.yaml');
    await writeFile(file, 'flet: demo\n');
    const refused = print('--config', file, '--cluster', 'demo-controller').then(
      () => '',
      (error: unknown) => (error as { readonly stderr: string }).stderr,
    );
    const lines = (await refused).trimEnd().split('\n');
    expect(lines[0]).toBe(`${file} cannot be used:`);
    expect(lines).toContain('  flet: is not a setting of pgdist; did you mean `fleet`? (pgdist.yaml, line 1)');
    expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  });

  test('says at the top and at the rule what is nearly an administrator’s', async () => {
    const { stdout } = await print('--cluster', 'demo-worker');
    expect(stdout).toMatch(/^# With escalate and bind on clusterroles this user can make itself administrator of the cluster/m);
    expect(stdout).toMatch(/^ +# NEARLY ADMINISTRATOR: can write itself any role of the cluster: as good as administrator$/m);
    expect(stdout).toMatch(/^ +# to ask for slice names as pods do: .*postgres\/replication-streaming$/m);
  });

  test('leaves escalate, bind and all of helm’s and clusteradm’s out on demand', async () => {
    const { stdout } = await print('--cluster', 'demo-controller', '--without-installers');
    const rules = objectsIn(stdout).flatMap(({ rules = [] }) => rules);
    expect(rules.filter(({ verbs }) => verbs.includes('escalate') || verbs.includes('bind'))).toEqual([]);
    expect(rules.filter(({ resources, verbs }) => resources.includes('clusterroles') && verbs.includes('create'))).toEqual([]);
    expect(stdout).not.toMatch(/make itself administrator/);
  });

  test.each([
    { subject: 'user:ann@example.org', expected: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann@example.org' } },
    { subject: 'group:system:robots', expected: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:robots' } },
    { subject: 'serviceaccount:ops:robot', expected: { kind: 'ServiceAccount', name: 'robot', namespace: 'ops' } },
  ])('binds to $subject', async ({ subject, expected }) => {
    const objects = objectsIn((await print('--cluster', 'demo-worker', '--subject', subject)).stdout);
    for (const { subjects } of objects.filter(({ kind }) => /Binding$/.test(kind))) expect(subjects).toEqual([expected]);
  });

  test.each([
    { args: ['--cluster', 'oslo'], told: 'examples/pgdist.yaml has no cluster oslo: it has demo-controller, demo-worker' },
    { args: [], told: '--cluster is one of demo-controller, demo-worker' },
    {
      args: ['--cluster', 'demo-worker', '--subject', 'ann'],
      told: '--subject takes serviceaccount:NAMESPACE:NAME, user:NAME or group:NAME, not ann',
    },
  ])('refuses $args with what it takes', async ({ args, told }) => {
    await expect(print(...args)).rejects.toMatchObject({ code: 2, stderr: `${told}\n` });
  });

  test('of several fleets the cluster says which, or --fleet where two have one of the name', async () => {
    const folder = await folderFor();
    const fleet = (name: string, spoke: string) => ({
      name,
      hub: { cluster: 'hub', apiServer: `https://hub.${name}.example:6443` },
      clusters: ['hub', spoke].map((cluster) => ({ name: cluster, context: `${name}-${cluster}` })),
      kubeslice: { project: 'demo', slice: { name: 'demo-slice', subnet: '10.1.0.0/16' } },
      kubedb: { licenceFile: `${name}.pem` },
      databases: [{ name: 'postgres', version: '17.2', replicas: 2, storage: '2Gi', placement: { hub: [0], [spoke]: [1] } }],
    });
    const config = join(folder, 'pgdist.yaml');
    const slack = { channels: ['C0DATABASES'], approvers: ['U0ALICE', 'U0BOB'] };
    await writeFile(config, JSON.stringify({ slack, fleets: [fleet('eu', 'west'), fleet('us', 'east')] }));
    expect((await print('--config', config, '--cluster', 'east')).stdout).toContain('Rights of pgdist on east (spoke of fleet us)');
    await expect(print('--config', config, '--cluster', 'hub')).rejects.toMatchObject({
      code: 2,
      stderr: 'several fleets have a cluster hub: --cluster hub --fleet eu, --cluster hub --fleet us\n',
    });
    expect((await print('--config', config, '--cluster', 'hub', '--fleet', 'eu')).stdout).toContain(
      'Rights of pgdist on hub (hub and spoke of fleet eu)',
    );
  });
});
