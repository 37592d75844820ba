import { z } from 'zod';
import type { Fleet } from '../../domain/fleet.ts';
import type { Step, StepContext } from '../context.ts';
import { gate } from '../gate.ts';
import { part, texts } from '../kube/lenient.ts';
import { nodesOf } from '../kube/nodes.ts';
import { serviceSchema } from '../kube/objects.ts';
import { podsIn } from '../kube/pods.ts';
import { listObjects } from '../kube/read.ts';
import { overlap, rangeOf } from '../../domain/networks.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo } from '../rights.ts';

/** A network in use and where it was seen. */
interface Seen {
  readonly network: string;
  readonly where: string;
}

const SERVICE_CIDR = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR' } as const;
const serviceRangeSchema = z.object({ spec: part({ cidrs: texts }) });

/** Listed of all namespaces. */
const LOOKED_AT = [
  { apiVersion: 'v1', kind: 'Node' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR' },
] as const;

/**
 * The slice's subnet meets no network in use. KubeSlice itself sees only what its worker reports (kubeadm's ranges, podCIDR, single Service addresses)
 * and never node networks, and the subnet cannot be changed once applied: so pods, Services and nodes are looked at here.
 */
export const subnetFree = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/subnet-free',
    title: `slice subnet ${fleet.kubeslice.slice.subnet} is free on every cluster`,
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: fleet.clusters.flatMap(({ name }) => rightsTo('see which networks are in use', name, ...LOOKED_AT.map(reading))),
    async examine(context) {
      const { subnet } = fleet.kubeslice.slice;
      const wanted = rangeOf(subnet);
      if (wanted === undefined) throw new Error(`slice subnet ${subnet} is no IPv4 network`);
      const seen = (await Promise.all(fleet.clusters.map(({ name }) => networksOf(context, name)))).flat();
      const clashes = seen.filter(({ network }) => {
        const range = rangeOf(network);
        return range !== undefined && overlap(range, wanted);
      });
      if (clashes.length === 0)
        return { problems: [], evidence: `no overlap with ${new Set(seen.map(({ network }) => network)).size} networks and addresses in use` };
      return {
        evidence: '',
        problems: [
          {
            code: 'PGD-015',
            what: told`slice subnet ${subnet} overlaps networks in use`,
            evidence: summary(clashes),
            remedy: told`Choose another private /16 as kubeslice.slice.subnet in pgdist.yaml: it cannot be changed once applied.`,
          },
        ],
      };
    },
  });

const networksOf = async (context: StepContext, name: string): Promise<Seen[]> => {
  const cluster = context.cluster(name);
  const [nodes, services, ranges, pods] = await Promise.all([
    nodesOf(cluster),
    listObjects(cluster, { apiVersion: 'v1', kind: 'Service' }, serviceSchema),
    // Since Kubernetes 1.33; older clusters tell their range nowhere, so single Services speak for it.
    cluster.serves(SERVICE_CIDR).then((served) => (served ? listObjects(cluster, SERVICE_CIDR, serviceRangeSchema) : [])),
    podsIn(cluster, {}),
  ]);
  const from = (where: string, networks: readonly (string | undefined)[]): Seen[] =>
    networks
      .filter((network) => network !== undefined && network !== 'None' && network !== '')
      .map((network) => ({ network: String(network), where: `${where} of ${name}` }));
  return [
    ...nodes.flatMap(({ metadata, spec, status }) => [
      ...from(`pod network of node ${metadata.name}`, spec.podCIDRs.length > 0 ? spec.podCIDRs : [spec.podCIDR]),
      ...from(
        `address of node ${metadata.name}`,
        status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
      ),
    ]),
    ...from(
      'service network',
      ranges.flatMap(({ spec }) => spec.cidrs),
    ),
    ...from(
      'Service',
      services.flatMap(({ spec }) => (spec.clusterIPs.length > 0 ? spec.clusterIPs : [spec.clusterIP])),
    ),
    ...from(
      'pod',
      pods.filter(({ spec }) => !spec.hostNetwork).flatMap(({ status }) => status.podIPs.map(({ ip }) => ip)),
    ),
  ];
};

const MOST_TOLD = 5;
/** One entry for each place, with the first of its networks. */
const summary = (clashes: readonly Seen[]): string[] => {
  const places = [...Map.groupBy(clashes, ({ where }) => where)];
  const told = places
    .slice(0, MOST_TOLD)
    .map(([where, all]) => `${where}: ${all[0]?.network ?? ''}${all.length > 1 ? ` and ${all.length - 1} more` : ''}`);
  return places.length > MOST_TOLD ? [...told, `${places.length - MOST_TOLD} further places`] : told;
};
