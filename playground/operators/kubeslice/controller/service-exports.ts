import type { Mutable } from '../../../control/kit.ts';
import { ownedLabels, SERVICE_EXPORT_CONFIG, SLICE_CONFIG, WORKER_SERVICE_IMPORT } from '../kinds.ts';
import type { Surroundings } from '../options.ts';
import { oneAtATime } from '../serial.ts';
import { refOf } from './finalizers.ts';

/** Collects what clusters export under one name into a WorkerServiceImport for every cluster of the slice. */
export const controlServiceExports = (around: Surroundings, signal: AbortSignal): Promise<void> => {
  const { hub, onError } = around;

  const collect = oneAtATime(async (): Promise<void> => {
    const exports = await hub.list(SERVICE_EXPORT_CONFIG);
    const wanted = new Set<string>();
    for (const group of Map.groupBy(exports, importName).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const namespace = first.metadata.namespace ?? '';
      const slice = await hub.get({ ...SLICE_CONFIG, namespace, name: first.spec.sliceName });
      for (const cluster of (slice?.spec?.clusters ?? []) as string[]) {
        const name = `${importName(first)}-${cluster}`;
        wanted.add(`${namespace}/${name}`);
        await hub.apply({
          ...WORKER_SERVICE_IMPORT,
          metadata: { name, namespace, labels: ownedLabels(first.spec.sliceName, cluster, namespace) },
          spec: {
            sliceName: first.spec.sliceName,
            serviceName: first.spec.serviceName,
            serviceNamespace: first.spec.serviceNamespace,
            sourceClusters: group.map(({ spec }) => String(spec.sourceCluster)).toSorted(),
            aliases: [...new Set(group.flatMap(({ spec }) => (spec.aliases ?? []) as string[]))].toSorted(),
            serviceDiscoveryPorts: first.spec.serviceDiscoveryPorts ?? [],
            serviceDiscoveryEndpoints: group.flatMap(({ spec }) => spec.serviceDiscoveryEndpoints ?? []),
          },
        });
      }
    }
    for (const object of await hub.list(WORKER_SERVICE_IMPORT))
      if (!wanted.has(`${object.metadata.namespace}/${object.metadata.name}`)) await hub.delete(refOf(object));
  });

  return hub.control(SERVICE_EXPORT_CONFIG, collect, { signal, gone: collect, onError });
};

const importName = ({ spec }: Mutable): string => `${spec.serviceName}-${spec.serviceNamespace}-${spec.sliceName}`;
