import type { Bash } from '../domain/by-hand.ts';
import { change, inPlace, type Verdict } from '../domain/finding.ts';
import type { Manifest } from '../kube-api/objects.ts';
import type { Step, StepContext } from './context.ts';
import { applied } from './by-hand/lines.ts';
import { unlessLeaving } from './kube/read.ts';
import { foreseenApply } from './foresee.ts';
import { objectName } from './object-name.ts';
import type { Text } from '../domain/text.ts';

interface ManifestStep extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'verifyTimeoutMs'> {
  /** May read the clusters for values that are decided there; throws NotYetError while one of them is missing. */
  manifest(context: StepContext): Manifest | Promise<Manifest>;
  verify(context: StepContext): Promise<Verdict>;
  /** Set where others may make the object before this step's turn comes. */
  readonly onlyIf?: Text;
  /** Who feels it when the object exists already and differs. */
  readonly impact?: Text;
  /** What is waited for after it was applied by hand. */
  readonly awaitedByHand?: readonly Bash[];
}

/** A step that wants one object: check is a server-side dry run, apply a server-side apply, never forced. */
export const manifestStep = ({ manifest, verify, impact, onlyIf, awaitedByHand = [], ...facts }: ManifestStep): Step => ({
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
  async foresee(context) {
    const changes = await foreseenApply(context.cluster(facts.cluster), await manifest(context));
    return { changes: onlyIf === undefined ? changes : changes.map((one) => ({ ...one, onlyIf })) };
  },
  async byHand(context) {
    return { does: [applied(context.fleet, facts.cluster, await manifest(context))], awaits: awaitedByHand };
  },
  async apply(context) {
    await context.cluster(facts.cluster).apply(await manifest(context));
  },
});
