import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { DEPLOYMENT, SECRET, setCondition, type Condition, type ControllerContext } from '../../../control/objects.ts';
import { inBackground } from '../../../control/background.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { componentDeployment, gateFlags, gatesCondition, SPOKE_REGISTRATION_GATES, SPOKE_WORK_GATES } from '../components.ts';
import { createCrds, SPOKE_CRDS } from '../crds.ts';
import { ADDON_NAMESPACE, AGENT_NAMESPACE, BOOTSTRAP_SECRET, HUB_KUBECONFIG_SECRET, KLUSTERLET } from '../names.ts';
import { connectionCondition } from './connection-condition.ts';
import type { HubLink } from './hub-link.ts';

const NAME = 'klusterlet';
export const REGISTRATION_AGENT = 'klusterlet-registration-agent';
export const WORK_AGENT = 'klusterlet-work-agent';
/** With one replica the operator's manifest sets this. */
const STATUS_SYNC_INTERVAL = '60s';
const AWAITS_RIGHTS = 'BootstrapSecretFunctional,HubKubeConfigUnauthorized';
/** The connection is tried again this often while the hub refuses or a look is under way, and by the informer's resync otherwise. */
const RECHECK_REFUSED_MS = 30_000;
const RECHECK_MS = 300_000;

/** The Klusterlet operator on a spoke: namespaces, agents and the conditions about them. */
export const runKlusterletOperator = ({ client, observe, time, signal, now, onError }: ControllerContext, link: HubLink): void => {
  const deployments = observe({ ...DEPLOYMENT, namespace: AGENT_NAMESPACE });
  const secrets = observe({ ...SECRET, namespace: AGENT_NAMESPACE });
  const secret = (name: string): Mutable | undefined => secrets.get(AGENT_NAMESPACE, name);

  const queue = workQueue(
    async () => {
      const klusterlet = await client.get({ ...KLUSTERLET, name: NAME });
      if (klusterlet === undefined || klusterlet.metadata.deletionTimestamp !== undefined) return;
      for (const name of [AGENT_NAMESPACE, ADDON_NAMESPACE]) await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      for (const name of ['klusterlet-registration-sa', 'klusterlet-work-sa'])
        await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: AGENT_NAMESPACE } });
      await createCrds(client, SPOKE_CRDS);
      const wanted = agents(klusterlet, secret(HUB_KUBECONFIG_SECRET) !== undefined);
      for (const deployment of wanted) await client.apply(deployment);
      await report(conditions(klusterlet, deployments.all()));
    },
    { signal, onError },
  );
  const report = (found: readonly Condition[]): Promise<void> =>
    client.setStatus({ ...KLUSTERLET, name: NAME }, (status, { metadata }) => {
      status.observedGeneration = metadata.generation;
      for (const condition of found) setCondition(status, { ...condition, observedGeneration: metadata.generation }, now());
    });

  // A request for a look that comes while one is under way waits for the next, however long ago the answer of this one was settled.
  let looking = false;
  let latest = 0;
  const lookIn = (ms: number): void => {
    const own = (latest += 1);
    void time.after(ms, signal).then((passed) => {
      if (passed && own === latest) connections.add(NAME);
    });
  };
  const connections = workQueue(
    async () => {
      const klusterlet = await client.get({ ...KLUSTERLET, name: NAME });
      if (klusterlet === undefined) return;
      if (looking) return lookIn(RECHECK_REFUSED_MS);
      looking = true;
      const asked = { clusterName: klusterlet.spec.clusterName, bootstrap: secret(BOOTSTRAP_SECRET), hub: secret(HUB_KUBECONFIG_SECRET) };
      inBackground(
        (async () => {
          const condition = await connectionCondition(link, asked, (ms) => time.after(ms, signal));
          await report([condition]);
          lookIn(condition.reason === AWAITS_RIGHTS ? RECHECK_REFUSED_MS : RECHECK_MS);
        })().finally(() => {
          looking = false;
        }),
        onError,
      );
    },
    { signal, onError },
  );

  let generation: number | undefined;
  observe(KLUSTERLET).subscribe((klusterlet, gone) => {
    if (gone || klusterlet.metadata.name !== NAME) return;
    if (klusterlet.metadata.generation === generation) return;
    generation = klusterlet.metadata.generation;
    queue.add(NAME);
    connections.add(NAME);
  });
  deployments.subscribe(() => queue.add(NAME));
  secrets.subscribe(({ metadata: { name } }) => {
    if (name !== BOOTSTRAP_SECRET && name !== HUB_KUBECONFIG_SECRET) return;
    queue.add(NAME);
    connections.add(NAME);
  });
};

const agents = ({ spec }: Mutable, registered: boolean): readonly Manifest[] => {
  const { clusterName = '', workConfiguration: work = {}, registrationConfiguration: registration = {} } = spec;
  const common = { namespace: AGENT_NAMESPACE } as const;
  return [
    componentDeployment({
      ...common,
      name: REGISTRATION_AGENT,
      image: spec.registrationImagePullSpec ?? 'quay.io/open-cluster-management/registration:v1.3.1',
      serviceAccount: 'klusterlet-registration-sa',
      replicas: 1,
      args: [
        '/registration',
        'agent',
        `--spoke-cluster-name=${clusterName}`,
        '--bootstrap-kubeconfig=/spoke/bootstrap/kubeconfig',
        ...gateFlags(registration.featureGates, SPOKE_REGISTRATION_GATES),
        ...numbers({ 'kube-api-qps': registration.kubeAPIQPS, 'kube-api-burst': registration.kubeAPIBurst }),
      ],
    }),
    componentDeployment({
      ...common,
      name: WORK_AGENT,
      image: spec.workImagePullSpec ?? 'quay.io/open-cluster-management/work:v1.3.1',
      serviceAccount: 'klusterlet-work-sa',
      replicas: registered ? 1 : 0,
      args: [
        '/work',
        'agent',
        `--spoke-cluster-name=${clusterName}`,
        '--workload-source-driver=kube',
        '--workload-source-config=/spoke/hub-kubeconfig/kubeconfig',
        ...gateFlags(work.featureGates, SPOKE_WORK_GATES),
        `--status-sync-interval=${work.statusSyncInterval ?? STATUS_SYNC_INTERVAL}`,
        ...numbers({
          'hub-kube-api-qps': work.hubKubeAPIQPS,
          'hub-kube-api-burst': work.hubKubeAPIBurst,
          'kube-api-qps': work.kubeAPIQPS,
          'kube-api-burst': work.kubeAPIBurst,
        }),
      ],
    }),
  ];
};

const numbers = (flags: Readonly<Record<string, number | undefined>>): readonly string[] =>
  Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}=${value}`]));

const conditions = ({ spec }: Mutable, live: readonly Mutable[]): readonly Condition[] => {
  const find = (name: string): Mutable | undefined => live.find(({ metadata }) => metadata.name === name);
  const both = [find(REGISTRATION_AGENT), find(WORK_AGENT)];
  const idle = both.flatMap((deployment) =>
    deployment !== undefined && (deployment.status?.availableReplicas ?? 0) === 0 ? [deployment.metadata.name] : [],
  );
  const available: Condition = both.includes(undefined)
    ? { type: 'Available', status: 'False', reason: 'GetDeploymentFailed', message: 'Failed to get the deployments of the agents' }
    : idle.length > 0
      ? { type: 'Available', status: 'False', reason: 'NoAvailablePods', message: `${idle.join(', ')} deployments do not have available pods` }
      : { type: 'Available', status: 'True', reason: 'KlusterletAvailable', message: 'Klusterlet is ready' };
  return [
    { type: 'Applied', status: 'True', reason: 'KlusterletApplied', message: 'Klusterlet Component Applied' },
    available,
    desired('RegistrationDesiredDegraded', find(REGISTRATION_AGENT)),
    desired('WorkDesiredDegraded', find(WORK_AGENT)),
    gatesCondition([
      [spec.registrationConfiguration?.featureGates, SPOKE_REGISTRATION_GATES],
      [spec.workConfiguration?.featureGates, SPOKE_WORK_GATES],
    ]),
  ];
};

const desired = (type: string, deployment: Mutable | undefined): Condition => {
  if (deployment === undefined) return { type, status: 'True', reason: 'GetDeploymentFailed', message: 'Failed to get the deployment' };
  const { name } = deployment.metadata;
  const missing = deployment.spec.replicas - (deployment.status?.availableReplicas ?? 0);
  return missing > 0
    ? { type, status: 'True', reason: 'UnavailablePods', message: `${missing} of requested instances are unavailable of deployment ${name}` }
    : { type, status: 'False', reason: 'DeploymentsFunctional', message: `deployments replicas are desired: ${deployment.spec.replicas}` };
};
