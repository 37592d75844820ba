import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { controllerOf, isActive, JOB, POD, randomSuffix, setCondition, stamp, type ControllerContext } from '../../control/objects.ts';
import { inBackground, keepRunning } from '../../control/background.ts';
import { workQueue } from '../../control/work-queue.ts';
import { createPod, deletePods, deletePodsOf, podFrom, podsOf } from './pods-of.ts';

/** Runs Jobs until enough pods succeeded, or more failed than backoffLimit allows. */
export const startJobs = (context: ControllerContext): void => {
  const { client, observe, signal, random, onError } = context;
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...JOB, namespace, name };
      const job = observe(JOB).get(namespace, name);
      if (job === undefined || job.metadata.deletionTimestamp !== undefined || outcome(job) !== undefined) return;
      const pods = await podsOf(client, job);
      const active = pods.filter(isActive);
      const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length;
      const failed = pods.filter(({ status }) => status?.phase === 'Failed').length;
      const { completions = 1, parallelism = 1, backoffLimit = 6, suspend = false } = job.spec;
      const complete = succeeded >= completions;
      const tooMany = failed > backoffLimit;
      if (complete || tooMany || suspend) await deletePods(client, active);
      else {
        for (let missing = Math.min(parallelism, completions - succeeded) - active.length; missing > 0; missing -= 1) {
          const labels = jobLabels(job);
          await createPod(context, job, podFrom(job, job.spec.template, { name: `${job.metadata.name}-${randomSuffix(random)}`, labels }));
        }
      }
      await client.setStatus(ref, (status) =>
        report(status, { complete, tooMany, active: complete || tooMany ? 0 : active.length, succeeded, failed }),
      );
      if (complete || tooMany)
        inBackground(
          keepRunning(() => expire(context, job), context),
          onError,
        );
    },
    { signal, onError },
  );
  const report = (status: any, seen: { complete: boolean; tooMany: boolean; active: number; succeeded: number; failed: number }): void => {
    const now = context.now();
    status.startTime ??= stamp(now);
    status.active = seen.active;
    status.succeeded = seen.succeeded;
    status.failed = seen.failed;
    if (seen.complete) {
      status.completionTime ??= stamp(now);
      const message = 'Reached expected number of succeeded pods';
      setCondition(status, { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message }, now);
      setCondition(status, { type: 'Complete', status: 'True', reason: 'CompletionsReached', message }, now);
    } else if (seen.tooMany) {
      setCondition(
        status,
        { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
        now,
      );
    }
  };
  observe(JOB).subscribe((job, gone) => {
    if (gone) inBackground(deletePodsOf(client, job), onError);
    else queue.add(keyOf(job));
  });
  observe(POD).subscribe((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'Job') queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
};

const outcome = (job: Mutable): string | undefined =>
  job.status?.conditions?.find(
    ({ type, status }: { type: string; status: string }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )?.type;

const jobLabels = ({ metadata: { name, uid = '' } }: Mutable): Record<string, string> => ({
  'batch.kubernetes.io/job-name': name,
  'job-name': name,
  'batch.kubernetes.io/controller-uid': uid,
  'controller-uid': uid,
});

/** ttlSecondsAfterFinished. */
const expire = async ({ client, time, signal }: ControllerContext, { metadata, spec }: Mutable): Promise<void> => {
  if (spec.ttlSecondsAfterFinished === undefined) return;
  if (!(await time.after(spec.ttlSecondsAfterFinished * 1000, signal))) return;
  const ref = { ...JOB, namespace: metadata.namespace ?? '', name: metadata.name };
  if ((await client.get(ref))?.metadata.uid === metadata.uid) await client.delete(ref);
};
