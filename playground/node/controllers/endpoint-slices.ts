import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import {
  isFinished,
  isReady,
  matchesLabels,
  ownedBy,
  ownerReference,
  POD,
  SERVICE,
  shortHash,
  type ControllerContext,
} from '../../control/objects.ts';
import { workQueue } from '../../control/work-queue.ts';

const SLICE = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;

/** One EndpointSlice per Service with a selector, naming its pods. */
export const startEndpointSlices = ({ client, observe, signal, onError }: ControllerContext): void => {
  const pods = observe(POD);
  const services = observe(SERVICE);
  const written = new Map<string, string>();
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const service = services.get(namespace, name);
      if (service?.spec?.selector === undefined) return;
      const slice = {
        ...SLICE,
        metadata: {
          name: `${name}-${shortHash(service.metadata.uid ?? name, 5)}`,
          namespace,
          labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
          ownerReferences: [ownerReference(service)],
        },
        addressType: 'IPv4',
        endpoints: selected(service).map(endpoint),
        ports: (service.spec.ports ?? []).map(({ name: port, protocol = 'TCP', port: number }: any) => ({
          ...(port === undefined ? {} : { name: port }),
          protocol,
          port: number,
        })),
      } as Manifest;
      // Most changes of a pod change nothing here.
      const text = JSON.stringify(slice);
      if (written.get(key) === text) return;
      await client.apply(slice);
      written.set(key, text);
    },
    { signal, onError },
  );
  const selected = (service: Mutable): Mutable[] =>
    pods
      .all()
      .filter(
        (pod) =>
          pod.metadata.namespace === service.metadata.namespace &&
          pod.status?.podIP !== undefined &&
          !isFinished(pod) &&
          matchesLabels({ matchLabels: service.spec.selector }, pod.metadata.labels),
      )
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  services.subscribe((service, gone) => {
    if (!gone) return queue.add(keyOf(service));
    written.delete(keyOf(service));
    const children = client.list({ ...SLICE, namespace: service.metadata.namespace ?? '' });
    void children
      .then((slices) => Promise.all(slices.filter(ownedBy(service)).map(({ metadata }) => client.delete({ ...SLICE, ...metadata }))))
      .catch(onError);
  });
  pods.subscribe((pod) => {
    for (const service of services.all()) {
      const here = service.metadata.namespace === pod.metadata.namespace && service.spec?.selector !== undefined;
      if (here && matchesLabels({ matchLabels: service.spec.selector }, pod.metadata.labels)) queue.add(keyOf(service));
    }
  });
};

const endpoint = (pod: Mutable) => ({
  addresses: [pod.status.podIP],
  conditions: { ready: isReady(pod), serving: isReady(pod), terminating: pod.metadata.deletionTimestamp !== undefined },
  nodeName: pod.spec.nodeName,
  ...(pod.spec.hostname === undefined ? {} : { hostname: pod.spec.hostname }),
  targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
});
