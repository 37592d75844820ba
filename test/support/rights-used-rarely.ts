import type { NeededRight } from '../../src/domain/right.ts';

/** Rights that a usual deploy does not use: the case that does, and the test that shows it ('file: title' under test/). */
export interface RareUse {
  readonly because: string;
  readonly heldBy: string;
  is(right: NeededRight): boolean;
}

const rights =
  (pattern: RegExp, more: (right: NeededRight) => boolean = () => true) =>
  (right: NeededRight) =>
    pattern.test(`${right.verb} ${right.resource}${right.subresource === undefined ? '' : `/${right.subresource}`}`) && more(right);
const ofHelm = ({ installer, neededBy }: NeededRight): boolean => installer === true && neededBy.some((by) => /installed$/.test(by));
const ofClusteradm = ({ installer, neededBy }: NeededRight): boolean => installer === true && neededBy.some((by) => by.startsWith('ocm/'));
/** Every right is at least asked for and told by its name when it is missing. */
const TOLD = 'least-privilege: a missing right is named together with the steps that need it';

export const USED_RARELY: readonly RareUse[] = [
  {
    because: 'helm removes or rolls back an install that was interrupted',
    heldBy: 'helm-rights: helm takes an interrupted install back with the declared rights alone',
    is: rights(/^(delete|update) /, ofHelm),
  },
  {
    because: 'kinds that the real charts bring and smaller ones leave out',
    heldBy: 'helm-rights: helm installs every kind that is declared, upgrades it and takes it away',
    is: rights(
      /^(get|create|patch|delete|escalate|bind) (services|configmaps|jobs|roles|rolebindings|mutatingwebhookconfigurations|validatingwebhookconfigurations|apiservices)$/,
      ofHelm,
    ),
  },
  {
    because: 'helm upgrades what an earlier one installed',
    heldBy: 'helm-rights: helm installs every kind that is declared, upgrades it and takes it away',
    is: rights(/^(patch|get) /, ofHelm),
  },
  {
    because: "clusteradm's own applier updates what is there, and brings Secrets for pulling images",
    heldBy: TOLD,
    is: rights(/^(get|create|patch|update) /, ofClusteradm),
  },
  {
    because: 'pods are looked at only once some of them were refused',
    heldBy: 'resting-on-pods: pods of $namespace on $cluster that are refused are told by every step that waits for them, and by no other',
    is: rights(/^watch pods$/, ({ namespace = '' }) => /^(kubeslice-nsm-webhook-system|open-cluster-management(-agent)?)$/.test(namespace)),
  },
  {
    because: 'a support bundle reads logs, and nobody asked for one',
    heldBy: 'bundle: a bundle of a fleet with a silent cluster is a file in the thread that says what did not answer, and holds no secret',
    is: rights(/^get pods\/log$/, ({ neededBy }) => neededBy.includes('bundle')),
  },
  {
    because: 'a hub whose ConfigMap cluster-info is missing gets one',
    heldBy: TOLD,
    is: rights(/^create configmaps$/, ({ namespace }) => namespace === 'kube-public'),
  },
  {
    because: "a kubeconfig relies on the system's authorities: the hub's own is read for the join",
    heldBy: TOLD,
    is: rights(/^get configmaps$/, ({ name }) => name === 'kube-root-ca.crt'),
  },
  {
    because: "OCM's webhooks ask for it by SubjectAccessReview",
    heldBy: TOLD,
    is: rights(/^(update managedclusters\/accept|create managedclustersets\/bind)$/),
  },
  {
    because: 'several agents ask in the name of a spoke: their names in the logs tell them apart',
    heldBy: "trouble: of several agents the spoke's newest is approved, and no stranger who borrows the label",
    is: rights(/^get pods\/log$/, ({ namespace }) => namespace === 'open-cluster-management-agent'),
  },
  {
    because: 'the gate of a hub or the tuning of a spoke that exists already is merged',
    heldBy: 'trouble: a hub that exists keeps its gates and is not initialised again',
    is: rights(/^patch (clustermanagers|klusterlets)$/),
  },
  {
    because: 'a worker lost the render race and is made anew',
    heldBy:
      'render-race: an add-on made without the guard loses the race: its worker runs without a name and is healed from the hub’s next rendering',
    is: rights(/^((get|list|delete) jobs|delete deployments|patch manifestworks)$/),
  },
  {
    because: 'the Corefile imports server files from a ConfigMap that does not exist yet',
    heldBy: 'slice-names: where the Corefile imports server files, as on k3s, the imported ConfigMap is written and the main one left alone',
    is: rights(/^create configmaps$/, ({ namespace }) => namespace === 'kube-system'),
  },
  {
    because: 'the namespace was deleted since the roles were applied',
    heldBy: 'fleet-claimed: a free fleet is claimed by creating namespace and Lease, and is in place afterwards',
    is: rights(/^create namespaces$/),
  },
  {
    because: 'the claim is renewed every 20 s of a deploy: a quick one ends before',
    heldBy: 'applying-clients: the fleet’s Lease is renewed in places of its own, until it is done or the right to write is gone',
    is: rights(/^patch leases$/),
  },
  {
    because: 'exports are looked at only where the imports of the others do not know the pods of a cluster',
    heldBy: 'exported-pods: of the way that names take the first link is told that is missing: %s',
    is: rights(/^(list|watch) serviceexport(config)?s$/),
  },
  {
    because: 'Kubernetes 1.33 and newer tell their Service networks',
    heldBy: TOLD,
    is: rights(/^list servicecidrs$/),
  },
];
