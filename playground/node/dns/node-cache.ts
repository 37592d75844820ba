import { SERVICE } from '../../control/objects.ts';
import type { Program } from '../../control/program.ts';
import { coreDns, type CoreDnsOptions } from './coredns.ts';
import type { PodResolver } from './pod-resolver.ts';

/**
 * NodeLocal DNSCache: CoreDNS on each node at addresses of its own, with the Corefile that it writes from `Corefile.base`. What it sends to the cluster's
 * DNS goes to the pods behind that Service; what it sends to the node's resolvers leaves the cluster.
 */
export const nodeCache = ({ resolver, ...options }: CoreDnsOptions & { readonly resolver: PodResolver }): Program => {
  const { client, forwardTargets } = options;
  const upstream = async (name: string): Promise<string> =>
    (await client.get({ ...SERVICE, namespace: 'kube-system', name }))?.spec.clusterIP ??
    (await client.get({ ...SERVICE, namespace: 'kube-system', name: 'kube-dns' }))?.spec.clusterIP ??
    '';
  return coreDns(
    {
      ...options,
      async forwardTargets(address) {
        const service = (await client.list({ ...SERVICE, namespace: 'kube-system' })).find(({ spec }) => spec.clusterIP === address);
        if (service?.spec.selector?.['k8s-app'] !== 'kube-dns') return forwardTargets(address);
        // Past itself: it may hold the same address on its own node.
        return async (question) => {
          const answer = await resolver.ask({ ...ELSEWHERE, metadata: { name: 'cache', namespace: 'kube-system' } }, address, question);
          if (answer === undefined) throw new Error('i/o timeout');
          return answer;
        };
      },
    },
    {
      name: 'node-cache',
      image: /node-cache(:|@|$)/,
      async prepare(_pod, args, files) {
        const flag = (name: string): string => args[args.indexOf(name) + 1] ?? '';
        const base = [...files].find(([path]) => path.endsWith('/Corefile.base'))?.[1];
        if (base === undefined) return files;
        const clusterDns = await upstream(flag('-upstreamsvc'));
        const text = base
          .replaceAll('__PILLAR__CLUSTER__DNS__', clusterDns)
          .replaceAll('__PILLAR__DNS__SERVER__', clusterDns)
          .replaceAll('__PILLAR__LOCAL__DNS__', flag('-localip').replaceAll(',', ' '))
          .replaceAll('__PILLAR__UPSTREAM__SERVERS__', '/etc/resolv.conf');
        return new Map([...files, [flag('-conf'), text]]);
      },
    },
  );
};

const ELSEWHERE = { apiVersion: 'v1', kind: 'Pod', spec: { nodeName: '(none)', containers: [] } };
