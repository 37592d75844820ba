import { setCondition, type Condition } from '../../../control/objects.ts';
import type { Feedback } from './feedback.ts';
import type { Target } from './resource-client.ts';

/** What became of one manifest. */
export interface ManifestResult {
  readonly ordinal: number;
  readonly target: Target | undefined;
  /** Of the manifest, for resourceMeta when nothing serves its kind. */
  readonly meta: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };
  /** The API server's refusal; undefined: applied. */
  readonly error: string | undefined;
  /** The refusal lasts until somebody else acts: the agent does not try again before its resync. */
  readonly isLasting?: boolean;
}

/** What was read of one manifest's object. */
export interface ManifestState {
  readonly present: boolean;
  /** undefined: the work has no feedback rules for it. */
  readonly feedback: Feedback | undefined;
}

/** Writes Applied, of each manifest and of the work. */
export const describeApplied = (status: any, results: readonly ManifestResult[], generation: number | undefined, now: Date): void => {
  const before: any[] = status.resourceStatus?.manifests ?? [];
  status.resourceStatus = {
    manifests: results.map((result) => {
      const resourceMeta = metaOf(result);
      const same = before.find(
        (entry) =>
          entry.resourceMeta.ordinal === result.ordinal &&
          entry.resourceMeta.kind === resourceMeta.kind &&
          entry.resourceMeta.name === resourceMeta.name,
      );
      const entry = { conditions: [], ...same, resourceMeta };
      setCondition(
        entry,
        result.error === undefined
          ? { type: 'Applied', status: 'True', reason: 'AppliedManifestComplete', message: 'Apply manifest complete' }
          : { type: 'Applied', status: 'False', reason: 'AppliedManifestFailed', message: `Failed to apply manifest: ${result.error}` },
        now,
      );
      return entry;
    }),
  };
  const failed = results.some(({ error }) => error !== undefined);
  const applied: Condition = failed
    ? { type: 'Applied', status: 'False', reason: 'AppliedManifestWorkFailed', message: 'Failed to apply manifest work' }
    : { type: 'Applied', status: 'True', reason: 'AppliedManifestWorkComplete', message: 'Apply manifest work complete' };
  setCondition(status, { ...applied, observedGeneration: generation }, now);
};

const metaOf = ({ ordinal, target, meta }: ManifestResult) => {
  const [group, version] = meta.apiVersion.includes('/') ? meta.apiVersion.split('/') : ['', meta.apiVersion];
  return {
    ordinal,
    group,
    version,
    kind: meta.kind,
    resource: target?.resource ?? '',
    namespace: target?.namespace ?? meta.namespace,
    name: meta.name,
  };
};

/** Writes Available and the feedback, of each manifest and of the work. */
export const describeAvailable = (status: any, states: ReadonlyMap<number, ManifestState>, generation: number | undefined, now: Date): void => {
  const entries: any[] = status.resourceStatus?.manifests ?? [];
  for (const entry of entries) {
    const state = states.get(entry.resourceMeta.ordinal);
    if (state === undefined) continue;
    setCondition(
      entry,
      state.present
        ? { type: 'Available', status: 'True', reason: 'ResourceAvailable', message: 'Resource is available' }
        : { type: 'Available', status: 'False', reason: 'ResourceNotAvailable', message: 'Resource is not available' },
      now,
    );
    setCondition(entry, feedbackCondition(state), now);
    // What was read last stays when nothing could be read.
    if (state.feedback !== undefined && state.present) entry.statusFeedback = { values: state.feedback.values };
  }
  const missing = entries.filter(({ conditions }) => conditions.find(({ type }: { type: string }) => type === 'Available')?.status !== 'True').length;
  const available: Condition =
    missing === 0
      ? { type: 'Available', status: 'True', reason: 'ResourcesAvailable', message: 'All resources are available' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'ResourcesNotAvailable',
          message: `${missing} of ${entries.length} resources are not available`,
        };
  setCondition(status, { ...available, observedGeneration: generation }, now);
};

const feedbackCondition = ({ feedback }: ManifestState): Condition => {
  if (feedback === undefined) return { type: 'StatusFeedbackSynced', status: 'True', reason: 'NoStatusFeedbackSynced', message: '' };
  return feedback.errors.length === 0
    ? { type: 'StatusFeedbackSynced', status: 'True', reason: 'StatusFeedbackSynced', message: '' }
    : {
        type: 'StatusFeedbackSynced',
        status: 'False',
        reason: 'StatusFeedbackSyncFailed',
        message: `Sync status feedback failed with error ${feedback.errors.length === 1 ? feedback.errors[0] : `[${feedback.errors.join(', ')}]`}`,
      };
};
