import type { OperatorClient } from '../../control/kit.ts';
import { isReady, matchesLabels, NODE, POD, SERVICE } from '../../control/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import type { RunningContainer } from '../../control/program.ts';
import type { Answer, Question } from './message.ts';
import { askOver } from './tcp.ts';

/** The running containers of a pod, as its node knows them. */
type RunningOf = (namespace: string, pod: string) => readonly RunningContainer[];

/** How pods of a cluster find names: what their resolv.conf says, and what answers at an address as seen from a node. */
export interface PodResolver {
  resolvConf(pod: Mutable): Promise<string>;
  /** undefined: nobody answers there. */
  ask(pod: Mutable, address: string, question: Question): Promise<Answer | undefined>;
}

const DNS_PORT = 53;
const DEFAULT_DNS = '10.96.0.10';

interface PodResolverOptions {
  readonly client: OperatorClient;
  readonly runningOf: RunningOf;
  /** Label of a node whose kubelet gives its pods another clusterDNS than Service kube-dns. */
  readonly clusterDnsLabel?: string;
}

const CLUSTER_DNS_LABEL = 'playground/cluster-dns';

export const podResolver = ({ client, runningOf, clusterDnsLabel = CLUSTER_DNS_LABEL }: PodResolverOptions): PodResolver => {
  const clusterDns = async (pod: Mutable): Promise<string> => {
    const node = pod.spec.nodeName === undefined ? undefined : await client.get({ ...NODE, name: pod.spec.nodeName });
    const own = node?.metadata.labels?.[clusterDnsLabel];
    if (own !== undefined) return own;
    const service = await client.get({ ...SERVICE, namespace: 'kube-system', name: 'kube-dns' });
    return service?.spec.clusterIP ?? DEFAULT_DNS;
  };

  const askPod = async (pod: Mutable, port: number, question: Question): Promise<Answer | undefined> => {
    for (const { connect } of runningOf(pod.metadata.namespace ?? '', pod.metadata.name)) {
      const stream = await connect?.(port).catch(() => undefined);
      if (stream !== undefined) return askOver(stream, question);
    }
    return undefined;
  };

  return {
    async resolvConf(pod) {
      const { dnsPolicy = 'ClusterFirst', hostNetwork = false, dnsConfig = {} } = pod.spec;
      const own: string[] = dnsConfig.nameservers ?? [];
      if (dnsPolicy === 'None') return lines(own, dnsConfig.searches ?? []);
      const ofCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true);
      if (!ofCluster) return lines([...own, '192.0.2.53'], []);
      const searches = [`${pod.metadata.namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
      return lines([...own, await clusterDns(pod)], [...searches, ...(dnsConfig.searches ?? [])]);
    },
    async ask(pod, address, question) {
      // A cache on the node takes what is for its addresses, those of Services too.
      const onNode = (await client.list({ ...POD })).filter(({ spec }) => spec.nodeName === pod.spec.nodeName);
      const cache = onNode.find((one) => isReady(one) && localAddresses(one).includes(address));
      if (cache !== undefined) return askPod(cache, DNS_PORT, question);
      const service = (await client.list({ ...SERVICE })).find(({ spec }) => spec.clusterIP === address);
      const port = service?.spec.ports?.find((one: any) => one.port === DNS_PORT && (one.protocol ?? 'TCP') !== 'UDP');
      if (service?.spec.selector === undefined || port === undefined) return undefined;
      const behind = (await client.list({ ...POD, namespace: service.metadata.namespace ?? '' })).find(
        (one) => isReady(one) && matchesLabels({ matchLabels: service.spec.selector }, one.metadata.labels),
      );
      return behind === undefined ? undefined : askPod(behind, Number(port.targetPort ?? DNS_PORT), question);
    },
  };
};

/** `-localip` of a node cache. */
const localAddresses = ({ spec }: Mutable): string[] =>
  spec.containers.flatMap(({ args = [] }: { args?: string[] }) => {
    const at = args.indexOf('-localip');
    return at < 0 ? [] : (args[at + 1] ?? '').split(',');
  });

const lines = (nameservers: readonly string[], searches: readonly string[]): string =>
  [...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]), ...nameservers.map((one) => `nameserver ${one}`), 'options ndots:5', ''].join(
    '\n',
  );
