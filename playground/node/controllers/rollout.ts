/** Numbers of a rolling update, as the deployment controller computes them. */
interface SetNumbers {
  readonly replicas: number;
  readonly available: number;
}

export interface RolloutBounds {
  readonly desired: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** maxSurge rounds up, maxUnavailable down; both zero would never move, so one may be unavailable then. */
export const rolloutBounds = (
  desired: number,
  { maxSurge = '25%', maxUnavailable = '25%' }: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string } = {},
): RolloutBounds => {
  const surge = share(maxSurge, desired, Math.ceil);
  const unavailable = share(maxUnavailable, desired, Math.floor);
  return { desired, maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
};

const share = (value: number | string, of: number, round: (exact: number) => number): number =>
  typeof value === 'string' && value.endsWith('%') ? round((Number(value.slice(0, -1)) * of) / 100) : Number(value);

/** How many replicas the new and each old ReplicaSet should have next. */
export const nextReplicas = (
  { desired, maxSurge, maxUnavailable }: RolloutBounds,
  current: SetNumbers,
  old: readonly SetNumbers[],
): { readonly current: number; readonly old: readonly number[] } => {
  const total = current.replicas + sum(old.map(({ replicas }) => replicas));
  const room = Math.max(0, desired + maxSurge - total);
  const next = Math.min(desired, current.replicas + room);

  let removable = total - (desired - maxUnavailable) - Math.max(0, current.replicas - current.available);
  const afterCleanup = old.map(({ replicas, available }) => {
    const cut = Math.max(0, Math.min(replicas - available, removable));
    removable -= cut;
    return replicas - cut;
  });
  let spare = Math.min(removable, current.available + sum(old.map(({ available }) => available)) - (desired - maxUnavailable));
  const afterScaling = afterCleanup.map((replicas) => {
    const cut = Math.max(0, Math.min(replicas, spare));
    spare -= cut;
    return replicas - cut;
  });
  return { current: next, old: afterScaling };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
