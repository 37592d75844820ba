import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { DEPLOYMENT, SERVICE, SERVICE_IMPORT, WORKER_NAMESPACE } from '../kinds.ts';

/** kubeslice-dns of one cluster: answers A from the ServiceImports that it holds in memory. */
export interface SliceDns {
  /** Addresses of a name, none for a name that nobody exports; undefined while kubeslice-dns does not run. */
  lookup(name: string): readonly string[] | undefined;
  /** ClusterIP of Service kubeslice-dns. */
  readonly address: string | undefined;
  /** Keeps up with the cluster until the signal ends. */
  follow(signal: AbortSignal): Promise<void>;
}

export const sliceDns = (
  spoke: OperatorClient,
  onError: (error: unknown) => void,
  server?: { readonly address: string; readonly port: number },
): SliceDns => {
  const imports = new Map<string, Mutable>();
  const keyOf = ({ metadata }: Mutable): string => `${metadata.namespace}/${metadata.name}`;
  let available = false;
  let address: string | undefined;
  const named = { namespace: WORKER_NAMESPACE, fieldSelector: 'metadata.name=kubeslice-dns' };
  return {
    get address() {
      return address;
    },
    lookup(name) {
      if (!available) return undefined;
      const asked = name.toLowerCase().replace(/\.$/, '');
      return [...new Set([...imports.values()].flatMap((object) => addressesOf(object, asked)))].toSorted();
    },
    async follow(signal) {
      await Promise.all([
        spoke.control(SERVICE_IMPORT, async (object) => void imports.set(keyOf(object), object), {
          signal,
          gone: async (object) => void imports.delete(keyOf(object)),
          onError,
        }),
        spoke.control(
          { ...DEPLOYMENT, ...named },
          async ({ status }) => {
            available = Number(status?.availableReplicas ?? 0) > 0;
          },
          {
            signal,
            gone: async () => {
              available = false;
            },
            onError,
          },
        ),
        spoke.control(
          { ...SERVICE, ...named },
          async ({ spec }) => {
            address = spec?.clusterIP;
            if (server !== undefined) await spoke.apply(endpointsOutside(server));
          },
          {
            signal,
            gone: async () => {
              address = undefined;
            },
            onError,
          },
        ),
      ]);
    },
  };
};

/** Leads the Service, which has no selector then, to a server that no pod runs. */
const endpointsOutside = ({ address, port }: { readonly address: string; readonly port: number }): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'kubeslice-dns', namespace: WORKER_NAMESPACE, labels: { 'kubernetes.io/service-name': 'kubeslice-dns' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
  ports: [
    { name: 'dns', port, protocol: 'UDP' },
    { name: 'dns-tcp', port, protocol: 'TCP' },
  ],
});

/** Names of one import: the service and its aliases, each pod in KubeSlice's long form, and in the short form that KubeDB uses. */
const addressesOf = ({ metadata, spec, status }: Mutable, asked: string): string[] => {
  const endpoints: { name?: string; dnsName: string; ip: string }[] = status?.endpoints ?? [];
  if (asked === spec?.dnsName || (spec?.aliases ?? []).includes(asked)) return endpoints.map(({ ip }) => ip);
  const short = (pod: string): string => `${pod}.${metadata.name}.${metadata.namespace}.svc.slice.local`;
  return endpoints.filter(({ name = '', dnsName }) => asked === dnsName || asked === short(name)).map(({ ip }) => ip);
};
