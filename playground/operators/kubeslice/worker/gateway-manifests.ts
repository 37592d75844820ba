import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { DEPLOYMENT, SERVICE, WORKER_NAMESPACE } from '../kinds.ts';

/** Each side of a pair of clusters runs two gateways, each a Deployment of one pod. */
export const PODS_PER_GATEWAY = 2;

export const gatewayDeployment = (gateway: string, slice: string, server: boolean, instance: number): Manifest => {
  const labels = {
    'kubeslice.io/pod-type': 'slicegateway',
    'kubeslice.io/slice': slice,
    'kubeslice.io/slice-gw': gateway,
    'kubeslice.io/slice-gw-dep': `${gateway}-${instance}-0`,
  };
  return {
    ...DEPLOYMENT,
    metadata: { name: `${gateway}-${instance}-0`, namespace: WORKER_NAMESPACE, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubeslice.io/node-type': 'gateway' },
          containers: [
            { name: 'kubeslice-sidecar', image: 'ghcr.io/kube-slice/gw-sidecar:1.1.0-ac' },
            {
              name: `kubeslice-wireguard-${server ? 'server' : 'client'}`,
              image: `ghcr.io/kube-slice/wireguard-${server ? 'server' : 'client'}.alpine:1.0.0`,
              securityContext: { privileged: true },
            },
          ],
        },
      },
    },
  };
};

/** UDP NodePort at the gateway node: what clients of the other cluster dial. */
export const gatewayService = (gateway: string, instance: number, nodePort: number | undefined): Manifest => ({
  ...SERVICE,
  metadata: { name: `svc-${gateway}-${instance}-0`, namespace: WORKER_NAMESPACE, labels: { 'kubeslice.io/slice-gw': gateway } },
  spec: {
    type: 'NodePort',
    selector: { 'kubeslice.io/slice-gw-dep': `${gateway}-${instance}-0` },
    ports: [{ name: 'gw', port: 11_194, targetPort: 11_194, protocol: 'UDP', ...(nodePort === undefined ? {} : { nodePort }) }],
  },
});
