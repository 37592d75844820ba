import { bash, type Bash, type ByHand } from '../../domain/by-hand.ts';
import type { Database } from '../../domain/database.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { applied, awaited, fileWord, kubectl } from '../by-hand/lines.ts';
import { sliceRef, WORKER_NAMESPACE } from './objects.ts';
import { onboarded, sliceManifest } from './slice-manifest.ts';

/** A slice that exists gets what it lacks, as it is now. `patch`: undefined where there is none yet. */
export const sliceByHand = (fleet: Fleet, database: Database, patch: Readonly<Record<string, unknown>> | undefined, timeoutMs: number): ByHand => ({
  does: patch === undefined ? [applied(fleet, fleet.hub, sliceManifest(fleet, database))] : patched(fleet, patch),
  awaits: fleet.clusters.flatMap(({ name: cluster }) => [
    awaited('create', {
      fleet,
      cluster,
      namespace: WORKER_NAMESPACE,
      object: `slices.networking.kubeslice.io/${sliceRef(fleet).name}`,
      timeoutMs,
    }),
    ...onboarded(fleet, database).flatMap((namespace) => onSlice(fleet, cluster, namespace, timeoutMs)),
  ]),
});

const patched = (fleet: Fleet, patch: Readonly<Record<string, unknown>>): Bash[] => {
  if (Object.keys(patch['spec'] ?? {}).length === 0) return [];
  const { name } = fleet.kubeslice.slice;
  const file = { file: { name: `sliceconfig-patch@${fileWord(fleet.hub)}.yaml`, content: patch } };
  return [bash`run ${kubectl(fleet, fleet.hub, projectNamespace(fleet))} patch sliceconfig ${name} --type=merge --patch-file ${file}`];
};

/** KubeSlice makes the namespace where there is none, and labels it when it is on the slice. */
export const onSlice = (fleet: Fleet, cluster: string, namespace: string, timeoutMs: number): Bash[] => {
  const of = { fleet, cluster, object: `namespace/${namespace}`, timeoutMs };
  return [awaited('create', of), awaited(String.raw`jsonpath={.metadata.labels.kubeslice\.io/slice}=${fleet.kubeslice.slice.name}`, of)];
};
