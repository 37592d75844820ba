import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { conditionOf, DEPLOYMENT, setCondition, type Condition, type ControllerContext } from '../../../control/objects.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { componentDeployment, gateFlags, gatesCondition, HUB_ADDON_GATES, HUB_REGISTRATION_GATES, HUB_WORK_GATES } from '../components.ts';
import { createCrds, HUB_CRDS } from '../crds.ts';
import { CLUSTER_MANAGER, HUB_NAMESPACE } from '../names.ts';

const NAME = 'cluster-manager';

/** The ClusterManager operator: CRDs, namespace and Deployments of the hub, and the conditions about them. */
export const runClusterManagerOperator = ({ client, observe, signal, now, onError }: ControllerContext): void => {
  const deployments = observe({ ...DEPLOYMENT, namespace: HUB_NAMESPACE });
  const queue = workQueue(
    async () => {
      const manager = await client.get({ ...CLUSTER_MANAGER, name: NAME });
      if (manager === undefined) return;
      await createCrds(client, HUB_CRDS);
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HUB_NAMESPACE } });
      const wanted = components(manager);
      for (const name of new Set(wanted.map(accountOf)))
        await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: HUB_NAMESPACE } });
      for (const deployment of wanted) await client.apply(deployment);
      const surplus = deployments.all().filter(({ metadata }) => !wanted.some((deployment) => deployment.metadata.name === metadata.name));
      for (const { metadata } of surplus) await client.delete({ ...DEPLOYMENT, namespace: HUB_NAMESPACE, name: metadata.name });
      await client.setStatus({ ...CLUSTER_MANAGER, name: NAME }, (status, { metadata }) => {
        if (metadata.generation !== manager.metadata.generation) return;
        status.observedGeneration = metadata.generation;
        status.generations = wanted.map((deployment) => generationOf(deployment, deployments.get(HUB_NAMESPACE, deployment.metadata.name)));
        for (const condition of conditions(manager, wanted, deployments.all()))
          setCondition(status, { ...condition, observedGeneration: metadata.generation }, now());
      });
    },
    { signal, onError },
  );
  observe(CLUSTER_MANAGER).subscribe((manager, gone) => {
    if (!gone && manager.metadata.name === NAME) queue.add(NAME);
  });
  deployments.subscribe(() => queue.add(NAME));
};

const components = ({ spec }: Mutable): readonly Manifest[] => {
  const { workConfiguration, registrationConfiguration, addOnManagerConfiguration } = spec;
  const work = gateFlags(workConfiguration?.featureGates, HUB_WORK_GATES);
  const registration = gateFlags(registrationConfiguration?.featureGates, HUB_REGISTRATION_GATES);
  const component = (part: string, image: string, args: readonly string[]): Manifest =>
    componentDeployment({
      namespace: HUB_NAMESPACE,
      name: `${NAME}-${part}`,
      image,
      args,
      replicas: 1,
      serviceAccount: `${part.replace(/-controller$/, '')}-controller-sa`,
    });
  const workController = work.some((flag) => /(ManifestWorkReplicaSet|CleanUpCompletedManifestWork)=true/.test(flag));
  return [
    component('registration-controller', spec.registrationImagePullSpec, ['/registration', 'controller', ...registration]),
    component('registration-webhook', spec.registrationImagePullSpec, ['/registration', 'webhook-server', '--port=9443', ...registration]),
    component('work-webhook', spec.workImagePullSpec, ['/work', 'webhook-server', '--port=9443', ...work]),
    component('placement-controller', spec.placementImagePullSpec, ['/placement', 'controller']),
    component('addon-manager-controller', spec.addOnManagerImagePullSpec, [
      '/addon',
      'manager',
      ...gateFlags(addOnManagerConfiguration?.featureGates, HUB_ADDON_GATES),
    ]),
    component('addon-webhook', spec.addOnManagerImagePullSpec, ['/addon', 'webhook-server', '--port=9443']),
    ...(workController ? [component('work-controller', spec.workImagePullSpec, ['/work', 'manager', ...work])] : []),
  ];
};

const accountOf = (deployment: Manifest): string => (deployment as Mutable).spec.template.spec.serviceAccountName as string;

const generationOf = ({ metadata }: Manifest, live: Mutable | undefined) => ({
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  namespace: HUB_NAMESPACE,
  name: metadata.name,
  lastGeneration: live?.metadata.generation ?? 1,
});

const conditions = ({ spec }: Mutable, wanted: readonly Manifest[], live: readonly Mutable[]): readonly Condition[] => {
  const rolling = wanted.filter(({ metadata }) => !isRolledOut(live.find((one) => one.metadata.name === metadata.name)));
  const part = (type: string, name: string, word: string): Condition => {
    const deployment = live.find(({ metadata }) => metadata.name === `${NAME}-${name}`);
    if (deployment === undefined)
      return { type, status: 'True', reason: `Get${word}DeploymentFailed`, message: `Failed to get ${word.toLowerCase()} deployment` };
    const { readyReplicas = 0 } = deployment.status ?? {};
    const { replicas } = deployment.spec;
    return readyReplicas < replicas
      ? { type, status: 'True', reason: `Unavailable${word}Pod`, message: `${replicas - readyReplicas} of requested instances are unavailable` }
      : { type, status: 'False', reason: `${word}Functional`, message: `${word} is managing` };
  };
  return [
    { type: 'Applied', status: 'True', reason: 'ClusterManagerApplied', message: 'Components of cluster manager are applied' },
    rolling.length === 0
      ? { type: 'Progressing', status: 'False', reason: 'ClusterManagerUpToDate', message: 'Components of cluster manager are up to date' }
      : {
          type: 'Progressing',
          status: 'True',
          reason: 'ClusterManagerDeploymentRolling',
          message: `Deployments ${rolling.map(({ metadata }) => metadata.name).join(',')} is still rolling`,
        },
    part('HubRegistrationDegraded', 'registration-controller', 'Registration'),
    part('HubPlacementDegraded', 'placement-controller', 'Placement'),
    gatesCondition([
      [spec.registrationConfiguration?.featureGates, HUB_REGISTRATION_GATES],
      [spec.workConfiguration?.featureGates, HUB_WORK_GATES],
      [spec.addOnManagerConfiguration?.featureGates, HUB_ADDON_GATES],
    ]),
    { type: 'MigrationSucceeded', status: 'True', reason: 'StorageVersionMigrationSucceed', message: 'All StorageVersionMigrations are succeeded' },
  ];
};

const isRolledOut = (deployment: Mutable | undefined): boolean =>
  conditionOf(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable' &&
  deployment?.status.observedGeneration === deployment?.metadata.generation;
