export interface DatabaseCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Sets a condition; its transition time moves only with its status. */
export const setDatabaseCondition = (status: any, condition: DatabaseCondition, now: Date): void => {
  status.conditions ??= [];
  const before = status.conditions.find(({ type }: DatabaseCondition) => type === condition.type);
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  if (before === undefined) status.conditions.push({ ...condition, lastTransitionTime: time });
  else Object.assign(before, condition, before.status === condition.status ? {} : { lastTransitionTime: time });
};

/** KubeDB's order of questions: until Provisioned, every failure reads Provisioning. */
export const phaseFrom = (conditions: readonly DatabaseCondition[]): string => {
  const is = (type: string, status: 'True' | 'False'): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === status);
  if (is('HealthCheckPaused', 'True')) return 'Unknown';
  if (is('Halted', 'True')) return 'Halted';
  if (is('DataRestoreStarted', 'True') && !conditions.some(({ type }) => type === 'DataRestored')) return 'DataRestoring';
  if (is('DataRestored', 'False')) return 'NotReady';
  if (!is('Provisioned', 'True')) return 'Provisioning';
  if (is('AcceptingConnection', 'False')) return 'NotReady';
  if (is('ReplicaReady', 'False') || is('Ready', 'False')) return 'Critical';
  return is('Ready', 'True') ? 'Ready' : 'Provisioning';
};
