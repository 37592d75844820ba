import { createHash } from 'node:crypto';
import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { ControllerContext } from '../../../control/objects.ts';
import { observer } from '../../../control/observed.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { MANIFEST_WORK } from '../names.ts';
import { until } from '../session.ts';
import { appliedResources, type AppliedResource } from './applied-resources.ts';
import { applier, configFor, isConflictOfManagers } from './apply.ts';
import { readFeedback } from './feedback.ts';
import { resourceClient } from './resource-client.ts';
import { triggerOf } from './trigger.ts';
import { describeApplied, describeAvailable, type ManifestResult, type ManifestState } from './work-status.ts';

export interface WorkAgentOptions {
  readonly clusterName: string;
  /** Advertised address of the hub. */
  readonly server: string;
  /** Whether gate RawFeedbackJsonString is live. */
  readonly rawJson: boolean;
  /** --status-sync-interval. */
  readonly statusSyncMs: number;
}

const FINALIZER = 'cluster.open-cluster-management.io/manifest-work-cleanup';
/** The wait between two looks at a work's objects is the interval and up to 0.9 of it more. */
const STATUS_JITTER = 0.9;
/** Objects are applied again after four to six minutes. */
const RESYNC_SHORTEST_MS = 240_000;
const RESYNC_SPREAD_MS = 120_000;
/** A work with a refused manifest is tried again after this, doubled each time up to the longest (client-go's default rate limiter of controllers). */
const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 1_000_000;
const DELETION_RETRY_MS = 2_000;

/** The work agent of a spoke: applies the hub's ManifestWorks, and tells the hub what became of them. */
export const runWorkAgent = async (context: ControllerContext, hub: OperatorClient, options: WorkAgentOptions): Promise<void> => {
  const { client, signal, time, now, random, onError } = context;
  const { clusterName, rawJson, statusSyncMs } = options;
  const resources = resourceClient(client);
  const applied = appliedResources(client, resources, createHash('sha256').update(options.server).digest('hex'));
  const works = observer(hub, signal)({ ...MANIFEST_WORK, namespace: clusterName });
  const refOf = (name: string) => ({ ...MANIFEST_WORK, namespace: clusterName, name });
  const follows = new Map<string, AbortController>();
  const retries = new Map<string, { readonly failures: number }>();
  const applyManifest = applier({ client, resources });

  const applyQueue = workQueue(
    async (name) => {
      const work = await hub.get(refOf(name));
      if (work === undefined) return;
      if (work.metadata.deletionTimestamp !== undefined) return clean(work);
      const finalizers = work.metadata.finalizers ?? [];
      if (!finalizers.includes(FINALIZER)) await hub.merge(refOf(name), { metadata: { finalizers: [...finalizers, FINALIZER] } });
      const manifests: Manifest[] = work.spec?.workload?.manifests ?? [];
      const results: ManifestResult[] = [];
      const owned: AppliedResource[] = [];
      let areAllRead = true;
      for (const [ordinal, manifest] of manifests.entries()) {
        const { result, object } = await applyOne(work, manifest, ordinal);
        results.push(result);
        const { target } = result;
        if (target === undefined || object === 'unread') areAllRead = false;
        if (target === undefined || object === 'unread' || object?.metadata.uid === undefined) continue;
        const { group, version, resource, namespace } = target;
        owned.push({ group, version, resource, ...(namespace === '' ? {} : { namespace }), name: target.name, uid: object.metadata.uid });
      }
      // What was not read may be there: as the real agent, this one then takes nothing away.
      await applied.record(name, owned, { complete: areAllRead });
      await hub.setStatus(refOf(name), (status) => describeApplied(status, results, work.metadata.generation, now()));
      retryLater(
        work,
        results.some(({ error, isLasting }) => error !== undefined && isLasting !== true),
      );
      follow(name);
    },
    { signal, onError },
  );

  const applyOne = async (
    work: Mutable,
    manifest: Manifest,
    ordinal: number,
  ): Promise<{ readonly result: ManifestResult; readonly object: Mutable | undefined | 'unread' }> => {
    const { apiVersion, kind } = manifest;
    const meta = { apiVersion, kind, namespace: manifest.metadata.namespace ?? '', name: manifest.metadata.name };
    try {
      const target = await resources.locate(manifest);
      try {
        const object = await applyManifest(target, manifest, configFor(work.spec.manifestConfigs, target));
        return { result: { ordinal, target, meta, error: undefined }, object };
      } catch (error) {
        const object = await resources.read(target).catch(() => 'unread' as const);
        return { result: { ordinal, target, meta, error: (error as Error).message, isLasting: isConflictOfManagers(error) }, object };
      }
    } catch (error) {
      return { result: { ordinal, target: undefined, meta, error: (error as Error).message }, object: undefined };
    }
  };

  const retryLater = ({ metadata: { name, uid } }: Mutable, failed: boolean): void => {
    const failures = failed ? (retries.get(name)?.failures ?? 0) + 1 : 0;
    const mark = { failures };
    retries.set(name, mark);
    const pauseMs = failed ? Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) : RESYNC_SHORTEST_MS + random() * RESYNC_SPREAD_MS;
    void time.after(pauseMs, signal).then((passed) => {
      if (passed && retries.get(name) === mark && works.get(clusterName, name)?.metadata.uid === uid) applyQueue.add(name);
    });
  };

  /** Looks at a work's objects now, and again after each interval. */
  const follow = (name: string): void => {
    follows.get(name)?.abort();
    const own = new AbortController();
    follows.set(name, own);
    const life = AbortSignal.any([own.signal, signal]);
    const loop = async (): Promise<void> => {
      for (let first = true; !life.aborted; first = false) {
        if (!first && !(await time.after(statusSyncMs * (1 + random() * STATUS_JITTER), life))) return;
        await look(name).catch(onError);
      }
    };
    void loop();
  };

  const look = async (name: string): Promise<void> => {
    const work = works.get(clusterName, name);
    if (work === undefined) return;
    const states = new Map<number, ManifestState>();
    const manifests: Manifest[] = work.spec?.workload?.manifests ?? [];
    for (const [ordinal, manifest] of manifests.entries()) {
      const target = await resources.locate(manifest).catch(() => undefined);
      const found = target && (await resources.read(target));
      const rules = target && configFor(work.spec.manifestConfigs, target)?.feedbackRules;
      const object = found && { ...found, kind: manifest.kind, apiVersion: manifest.apiVersion };
      const feedback =
        rules === undefined || rules.length === 0 ? undefined : object ? readFeedback(object, rules, rawJson) : { values: [], errors: [] };
      states.set(ordinal, { present: object !== undefined, feedback });
    }
    await hub.setStatus(refOf(name), (status, { metadata }) => {
      if (metadata.deletionTimestamp === undefined) describeAvailable(status, states, metadata.generation, now());
    });
  };

  const clean = async ({ metadata: { name, finalizers = [] }, spec }: Mutable): Promise<void> => {
    follows.get(name)?.abort();
    if (!finalizers.includes(FINALIZER)) return;
    const { propagationPolicy = 'Foreground', selectivelyOrphans } = spec?.deleteOption ?? {};
    const rules: { group?: string; resource: string; namespace?: string; name: string }[] = selectivelyOrphans?.orphaningRules ?? [];
    const keep = (resource: AppliedResource): boolean =>
      propagationPolicy === 'Orphan' ||
      (propagationPolicy === 'SelectivelyOrphan' &&
        rules.some(
          (rule) =>
            (rule.group ?? '') === resource.group &&
            rule.resource === resource.resource &&
            (rule.name === '*' || rule.name === resource.name) &&
            (rule.namespace === '*' || (rule.namespace ?? '') === (resource.namespace ?? '')),
        ));
    if (!(await applied.remove(name, keep))) {
      void time.after(DELETION_RETRY_MS, signal).then((passed) => passed && applyQueue.add(name));
      return;
    }
    await hub.merge(refOf(name), { metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) } });
  };

  const seen = new Map<string, string>();
  works.subscribe((work, gone) => {
    const { name } = work.metadata;
    if (gone) {
      follows.get(name)?.abort();
      for (const memory of [follows, retries, seen]) memory.delete(name);
      return;
    }
    const trigger = triggerOf(work);
    if (seen.get(name) === trigger) return;
    seen.set(name, trigger);
    // What was refused before says nothing about what is wanted now.
    retries.delete(name);
    applyQueue.add(name);
  });
  await until(signal);
};
