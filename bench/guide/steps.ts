import { z } from 'zod';
import {
  controllerValues,
  HUB_API,
  klusterletPatch,
  placementPolicy,
  postgres,
  project,
  PROJECT,
  registration,
  sliceConfig,
  withSliceBlock,
} from './manifests.ts';
import type { Person } from './person.ts';

export interface GuideFleet {
  readonly hub: string;
  readonly spoke: string;
  /** Name of the outgoing interface of each cluster's gateway node, as somebody who logged on there read it. */
  readonly interfaces: Readonly<Record<string, string>>;
  readonly placement: Readonly<Record<string, readonly number[]>>;
  /** Paths of the charts, which the guide takes from a registry. */
  readonly charts: { readonly kubesliceController: string; readonly kubedb: string };
  readonly licenceFile: string;
}

const WAIT = '--timeout=300s';

/**
 * The guide, command after command. Where it waits, the best command for it waits here (kubectl wait); where it says to try again, the person
 * does. Differences from its text are where it does not work: they are told in docs/performance.md.
 */
export const followGuide = async (person: Person, fleet: GuideFleet): Promise<void> => {
  await setUpOcm(person, fleet);
  for (const cluster of [fleet.hub, fleet.spoke]) await configureWork(person, cluster);
  await setUpKubeslice(person, fleet);
  for (const cluster of [fleet.hub, fleet.spoke]) await forwardSliceNames(person, cluster);
  await installKubedb(person, fleet);
  await createPostgres(person, fleet);
};

const use = (person: Person, cluster: string): Promise<string> => person.type('kubectl', ['config', 'use-context', cluster]);

/** Step 1. */
const setUpOcm = async (person: Person, { hub, spoke }: GuideFleet): Promise<void> => {
  await person.type('kubectl', ['config', 'get-contexts']);
  await use(person, hub);
  await person.type('clusteradm', ['init', '--wait', '--feature-gates=ManifestWorkReplicaSet=true']);
  await person.type('kubectl', ['wait', '--for=condition=Ready', 'pod', '--all', '-n', 'open-cluster-management-hub', WAIT]);
  const token = /^token=(\S+)$/m.exec(await person.type('clusteradm', ['get', 'token']))?.[1] ?? '';
  for (const cluster of [spoke, hub]) {
    await use(person, cluster);
    const hubFlags = [`--hub-token`, token, '--hub-apiserver', HUB_API, '--cluster-name', cluster];
    await person.type('clusteradm', ['join', ...hubFlags, '--feature-gates=RawFeedbackJsonString=true']);
    await use(person, hub);
    await person.again('clusteradm', ['accept', '--clusters', cluster]);
    await person.again('kubectl', ['get', 'ns'], (output) => new RegExp(`^${cluster} `, 'm').test(output));
  }
  await person.type('kubectl', ['get', 'managedclusters']);
  await person.type('kubectl', ['get', 'klusterlet', 'klusterlet', '-o', 'jsonpath={.spec.clusterName}']);
  for (const namespace of ['open-cluster-management-hub', 'open-cluster-management-agent'])
    await person.type('kubectl', ['get', 'pods', '-n', namespace]);
};

/** Step 2. */
const configureWork = async (person: Person, cluster: string): Promise<void> => {
  await use(person, cluster);
  await person.type('kubectl', ['patch', 'klusterlet', 'klusterlet', '--type=merge', '-p', klusterletPatch]);
  await person.type('kubectl', ['get', 'klusterlet', 'klusterlet', '-oyaml']);
};

/** Step 3, up to the slice. */
const setUpKubeslice = async (person: Person, fleet: GuideFleet): Promise<void> => {
  const { hub, spoke, charts } = fleet;
  await use(person, hub);
  await person.type('kubectl', ['cluster-info']);
  await person.type(
    'helm',
    [
      ...['upgrade', '-i', 'kubeslice-controller', charts.kubesliceController, '-f', '-', '--namespace', 'kubeslice-controller'],
      ...['--create-namespace', '--set', 'ocm.enabled=true', '--wait', '--burst-limit=10000', '--debug'],
    ],
    controllerValues,
  );
  await person.type('kubectl', ['get', 'pods', '-n', 'kubeslice-controller']);
  await person.type('kubectl', ['apply', '-f', '-'], project);
  await person.type('kubectl', ['get', 'project', '-n', 'kubeslice-controller']);
  await person.again('kubectl', ['get', 'sa', '-n', `kubeslice-${PROJECT}`], (output) => output.includes('kubeslice-rbac-rw-admin'));
  for (const cluster of [hub, spoke]) {
    await use(person, cluster);
    const node = (await person.type('kubectl', ['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'])).trim();
    await person.type('kubectl', ['label', 'node', node, 'kubeslice.io/node-type=gateway']);
  }
  await use(person, hub);
  await person.type('kubectl', ['apply', '-f', '-'], registration(fleet.interfaces));
  await person.type('kubectl', ['get', 'managedclusteraddon', '-A']);
  for (const cluster of [hub, spoke]) await awaitWorker(person, hub, cluster);
  await use(person, hub);
  await person.type('kubectl', ['apply', '-f', '-'], sliceConfig([hub, spoke]));
  for (const cluster of [hub, spoke]) {
    await use(person, cluster);
    await person.again('kubectl', ['get', 'pods', '-n', 'kubeslice-system'], (output) => /^vl3-slice-router\S* .*Running/m.test(output));
  }
};

/** Until kubeslice-operator is 2/2; then, which the guide lacks, until the worker has registered. */
const awaitWorker = async (person: Person, hub: string, cluster: string): Promise<void> => {
  const operator = ['deployment/kubeslice-operator', '-n', 'kubeslice-system'];
  await use(person, cluster);
  await person.type('kubectl', ['wait', '--for=create', ...operator, WAIT]);
  await person.type('kubectl', ['wait', '--for=condition=Available', ...operator, WAIT]);
  const registered = ['get', 'clusters.controller.kubeslice.io', cluster, '-n', `kubeslice-${PROJECT}`, '--context', hub];
  const status = ['-o', 'jsonpath={.status.registrationStatus} {.status.clusterHealth.clusterHealthStatus}'];
  await person.again(
    'kubectl',
    [...registered, ...status],
    (output) => output.trim() === 'Registered Normal',
    () => heal(person, hub, cluster),
  );
};

const JOBS = ['kubeslice-install-crds', 'nsm-install-crds', 'kubeslice-postdelete-job'];

/** A worker that was rendered before the hub knew its name never registers, though it is 2/2: it is deleted, and the work agent made to apply anew. */
const heal = async (person: Person, hub: string, cluster: string): Promise<void> => {
  const spoke = ['-n', 'kubeslice-system', '--context', cluster, '--ignore-not-found'];
  const name = 'jsonpath={.spec.selector.matchLabels.spoke-cluster}';
  if ((await person.type('kubectl', ['get', 'deployment', 'kubeslice-operator', ...spoke, '-o', name])).trim() === cluster) return;
  await person.type('kubectl', ['delete', 'deployment', 'kubeslice-operator', ...spoke]);
  await person.type('kubectl', ['delete', 'job', ...JOBS, ...spoke]);
  const again = `healed-at=${person.typed}`;
  await person.type('kubectl', ['annotate', 'manifestwork', 'addon-kubeslice-deploy-0', again, '--overwrite', '-n', cluster, '--context', hub]);
};

const Corefile = z.object({ data: z.object({ Corefile: z.string() }) });

/** Step 3.6. */
const forwardSliceNames = async (person: Person, cluster: string): Promise<void> => {
  await use(person, cluster);
  const service = ['get', 'svc', '-n', 'kubeslice-system', '-l', 'app=kubeslice-dns', '-o', 'jsonpath={.items[0].spec.clusterIP}'];
  const address = (await person.again('kubectl', service, (output) => output.trim() !== '')).trim();
  const configMap: unknown = JSON.parse(await person.type('kubectl', ['get', 'cm', '-n', 'kube-system', 'coredns', '-ojson']));
  const { data } = Corefile.parse(configMap);
  const edited = { ...(configMap as object), data: { ...data, Corefile: withSliceBlock(data.Corefile, address) } };
  await person.type('kubectl', ['replace', '-f', '-'], JSON.stringify(edited));
  await person.type('kubectl', ['rollout', 'restart', 'deploy/coredns', '-n', 'kube-system']);
  await person.type('kubectl', ['rollout', 'status', 'deploy/coredns', '-n', 'kube-system', WAIT]);
};

/** Step 4. */
const installKubedb = async (person: Person, { hub, charts, licenceFile }: GuideFleet): Promise<void> => {
  await use(person, hub);
  await person.type('kubectl', ['get', 'ns', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
  await person.type('helm', [
    ...['upgrade', '-i', 'kubedb', charts.kubedb, '--namespace', 'kubedb', '--create-namespace', '--set-file', `global.license=${licenceFile}`],
    ...['--set', 'petset.features.ocm.enabled=true', '--wait', '--burst-limit=10000', '--debug'],
  ]);
  await person.type('kubectl', ['get', 'pods', '-n', 'kubedb']);
};

/** Steps 5 to 7. */
const createPostgres = async (person: Person, { hub, spoke, placement }: GuideFleet): Promise<void> => {
  await person.type('kubectl', ['apply', '-f', '-', '--context', hub], placementPolicy(placement));
  // The slice made it already, and the guide's `create` would fail.
  await person.type('kubectl', ['apply', '-f', '-'], 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: demo\n');
  await person.type('kubectl', ['apply', '-f', '-', '--context', hub], postgres);
  await person.type('kubectl', [
    'wait',
    '--for=jsonpath={.status.phase}=Ready',
    'postgreses.kubedb.com/postgres',
    '-n',
    'demo',
    '--context',
    hub,
    WAIT,
  ]);
  await person.type('kubectl', ['get', 'postgreses.kubedb.com,pods,secret', '-n', 'demo', '--context', hub]);
  await person.type('kubectl', ['get', 'pods,secrets', '-n', 'demo', '--context', spoke]);
  const ask = ['psql', '-XAtq', '-U', 'postgres', '-c', 'SELECT application_name, state FROM pg_stat_replication'];
  await person.again(
    'kubectl',
    ['exec', '-n', 'demo', 'postgres-0', '-c', 'postgres', '--context', hub, '--', ...ask],
    (output) => (output.match(/streaming/g) ?? []).length === 2,
  );
};
