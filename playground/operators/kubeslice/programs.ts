import type { Program } from '../../control/program.ts';

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}
const containerOf = (pod: { readonly [field: string]: unknown }, name: string): Container | undefined =>
  ((pod['spec'] as { containers?: Container[] } | undefined)?.containers ?? []).find((container) => container.name === name);

/** The worker-operator's container: what it logs tells whether it was rendered with the cluster's name. */
const operator: Program = {
  name: 'kubeslice-operator',
  claims: (pod, container) => container === 'manager' && containerOf(pod, container)?.image?.includes('worker-operator') === true,
  async start(pod, container, { log }) {
    const cluster = containerOf(pod, container)?.env?.find(({ name }) => name === 'CLUSTER_NAME')?.value ?? '';
    log('{"level":"info","logger":"setup","msg":"starting manager"}');
    if (cluster === '')
      log(
        '{"level":"error","logger":"namespace-controller","msg":"Failed to post namespace on controller cluster","error":"resource name may not be empty"}',
      );
    else log(`{"level":"info","logger":"hub","msg":"cluster registered","cluster":"${cluster}"}`);
    return { stop: async () => undefined };
  },
};

/** Jobs that render as plain manifests and end at once: CRD installers and the hooks. */
const installer: Program = {
  name: 'kubeslice jobs',
  claims: (_pod, container) => ['kubeslice-install-crds', 'nsm-install-crds', 'cleanup', 'ovpn-cert-generator'].includes(container),
  async start(_pod, container, { log }) {
    log(`${container}: done`);
    return { ended: Promise.resolve(0), stop: async () => undefined };
  },
};

/** What runs in KubeSlice's containers. */
export const kubeslicePrograms = (): Program[] => [operator, installer];
