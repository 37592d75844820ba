import type { Mutable } from '../../control/kit.ts';

/** What the hub believes of a pod, from the feedback of its work: values stay as they were while the agent does not report. */
interface PodSeen {
  readonly phase: string;
  readonly ready: boolean;
}

export const podSeen = (work: Mutable): PodSeen => {
  const values: any[] = work.status?.resourceStatus?.manifests?.[0]?.statusFeedback?.values ?? [];
  const valueOf = (name: string): any => values.find((value) => value.name === name)?.fieldValue;
  const raw = valueOf('ReadyCondition')?.jsonRaw;
  const condition = typeof raw === 'string' ? (JSON.parse(raw) as { status?: string }) : undefined;
  return { phase: valueOf('PodPhase')?.string ?? '', ready: condition?.status === 'True' };
};
