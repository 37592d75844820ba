import { posix } from 'node:path';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type ConfigMap, configMapSchema } from '../kube/objects.ts';
import type { Pod } from '../kube/pods.ts';
import { readObject } from '../kube/read.ts';

/** A folder, or a single file, of a container that holds keys of a ConfigMap. */
interface Mount {
  readonly path: string;
  readonly configMap: string;
  /** The keys that are there and their paths below the folder; undefined: all, by their names. */
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly subPath: string | undefined;
}

/** A key of a ConfigMap as a file. */
export interface MountedFile {
  readonly configMap: string;
  readonly key: string;
  readonly text: string;
}

/** What a container sees of ConfigMaps. */
export interface Mounted {
  readonly files: ReadonlyMap<string, MountedFile>;
  readonly configMaps: ReadonlyMap<string, ConfigMap>;
  readonly mounts: readonly Mount[];
}

/** Reads every ConfigMap that the container mounts, of the pod's own namespace; one that does not exist mounts nothing. */
export const mountedIn = async (cluster: ClusterReader, pod: Pod, container: Pod['spec']['containers'][number]): Promise<Mounted> => {
  const mounts = container.volumeMounts.flatMap(({ name, mountPath, subPath }) => {
    const volume = pod.spec.volumes.find((one) => one.name === name);
    return [volume?.configMap, ...(volume?.projected?.sources ?? []).map((source) => source.configMap)].flatMap((configMap) =>
      configMap?.name === undefined
        ? []
        : [
            {
              path: posix.resolve('/', mountPath),
              configMap: configMap.name,
              items: configMap.items.length > 0 ? configMap.items : undefined,
              subPath,
            },
          ],
    );
  });
  const names = [...new Set(mounts.map(({ configMap }) => configMap))];
  const { namespace } = pod.metadata;
  const found = await Promise.all(
    names.map((name) =>
      readObject(cluster, { apiVersion: 'v1', kind: 'ConfigMap', name, ...(namespace === undefined ? {} : { namespace }) }, configMapSchema),
    ),
  );
  const configMaps = new Map(names.flatMap((name, index) => (found[index] === undefined ? [] : [[name, found[index]] as const])));
  const files = new Map(
    mounts.flatMap((mount) =>
      Object.entries(configMaps.get(mount.configMap)?.data ?? {}).flatMap(([key, text]) => {
        const path = pathOf(mount, key);
        return path === undefined ? [] : [[path, { configMap: mount.configMap, key, text }] as const];
      }),
    ),
  );
  return { files, configMaps, mounts };
};

const pathOf = ({ path, items, subPath }: Mount, key: string): string | undefined => {
  const below = items === undefined ? key : items.find((item) => item.key === key)?.path;
  if (below === undefined) return undefined;
  if (subPath === undefined || subPath === '') return posix.join(path, below);
  return posix.normalize(subPath) === posix.normalize(below) ? path : undefined;
};

/** The ConfigMap in which a new key becomes a file of the folder: one of which every key is there. */
export const configMapFor = ({ mounts }: Mounted, folder: string): string | undefined =>
  mounts.find(({ path, items, subPath }) => path === folder && items === undefined && (subPath === undefined || subPath === ''))?.configMap;
