import { change, inPlace, type Verdict } from '../domain/finding.ts';
import type { Manifest } from '../kube-api/objects.ts';
import type { Step, StepContext } from './context.ts';
import { unlessLeaving } from './kube/read.ts';
import type { Text } from '../domain/text.ts';

interface ManifestStep extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'verifyTimeoutMs' | 'usualMs'> {
  /** May read the clusters for values that are decided there; throws NotYetError while one of them is missing. */
  manifest(context: StepContext): Manifest | Promise<Manifest>;
  verify(context: StepContext): Promise<Verdict>;
  /** Who feels it when the object exists already and differs. */
  readonly impact?: Text;
}

/** 'ConfigMap kube-system/coredns' */
export const objectName = (object: { kind: string; metadata: { name: string; namespace?: string } }): string =>
  `${object.kind} ${object.metadata.namespace === undefined ? '' : `${object.metadata.namespace}/`}${object.metadata.name}`;

/** A step that wants one object: check is a server-side dry run, apply a server-side apply, never forced. */
export const manifestStep = ({ manifest, verify, impact, ...facts }: ManifestStep): Step => ({
  ...facts,
  verify,
  async check(context) {
    const wanted = await manifest(context);
    const { exists, leaving, changes } = await context.cluster(facts.cluster).diff(wanted);
    unlessLeaving(leaving, facts.cluster);
    if (exists && changes.length === 0) return inPlace(`${objectName(wanted)} is as wanted`);
    return change([
      {
        cluster: facts.cluster,
        action: exists ? 'change' : 'create',
        object: objectName(wanted),
        fields: changes,
        ...(exists && impact !== undefined ? { impact } : {}),
      },
    ]);
  },
  async apply(context) {
    await context.cluster(facts.cluster).apply(await manifest(context));
  },
});
