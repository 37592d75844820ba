import { CLAIM, CONFIG_MAP, SECRET } from '../../control/objects.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';

/** True when all claims of the pod are bound; a real scheduler lets none of its pods go before that. */
export const claimsAreBound = async (client: OperatorClient, { metadata: { namespace = '' }, spec }: Mutable): Promise<boolean> => {
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const claim = await client.get({ ...CLAIM, namespace, name: persistentVolumeClaim.claimName });
    if (claim?.status?.phase !== 'Bound') return false;
  }
  return true;
};

/** Why the pod's volumes cannot be mounted yet, in the kubelet's words; undefined: they can. */
export const mountObstacle = async (client: OperatorClient, pod: Mutable): Promise<string | undefined> => {
  const { namespace = '' } = pod.metadata;
  for (const volume of pod.spec.volumes ?? []) {
    const failed = (kind: string, name: string): string => `MountVolume.SetUp failed for volume "${volume.name}" : ${kind} "${name}" not found`;
    const { secret, configMap } = volume;
    if (secret !== undefined && secret.optional !== true && (await client.get({ ...SECRET, namespace, name: secret.secretName })) === undefined)
      return failed('secret', secret.secretName);
    if (
      configMap !== undefined &&
      configMap.optional !== true &&
      (await client.get({ ...CONFIG_MAP, namespace, name: configMap.name })) === undefined
    )
      return failed('configmap', configMap.name);
  }
  return undefined;
};

/** Files that a container sees from ConfigMap volumes, by path, as of now. */
export const mountedConfigFiles = async (client: OperatorClient, pod: Mutable, container: string): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>();
  const spec = pod.spec.containers.find(({ name }: { name: string }) => name === container);
  for (const { name: volumeName, mountPath, subPath } of spec?.volumeMounts ?? []) {
    const volume = (pod.spec.volumes ?? []).find(({ name }: { name: string }) => name === volumeName);
    const sources = [volume?.configMap, ...(volume?.projected?.sources ?? []).map(({ configMap }: any) => configMap)];
    for (const source of sources) {
      if (source === undefined) continue;
      const map = await client.get({ ...CONFIG_MAP, namespace: pod.metadata.namespace ?? '', name: source.name });
      const data: Record<string, string> = map?.data ?? {};
      const items: { key: string; path: string }[] = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
      for (const { key, path } of items) {
        if (data[key] === undefined) continue;
        if (subPath === undefined) files.set(`${mountPath.replace(/\/$/, '')}/${path}`, data[key]);
        else if (subPath === path) files.set(mountPath, data[key]);
      }
    }
  }
  return files;
};
