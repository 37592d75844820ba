import { z } from 'zod';
import { bash } from '../../domain/by-hand.ts';
import { blocked, change, healthy, inPlace } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byDeploy, byTyping, type Problem, ProblemError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { plainText, told } from '../../domain/text.ts';
import type { Manifest, ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { applied, appliedFilled, kubectl } from '../by-hand/lines.ts';
import type { Step } from '../context.ts';
import { maybeText, objectMeta } from '../kube/lenient.ts';
import { readObject } from '../kube/read.ts';
import { applying, merging, reading, resourceOf, rightsTo, watching } from '../rights.ts';

const NAMESPACE = 'pgdist';

/** The Lease on the hub that names the installation which may write to the fleet. */
export const FLEET_LEASE: ObjectRef = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: NAMESPACE, name: 'pgdist' };
/** How long others should count on the holder after its last renewal; told for people, since nobody takes the Lease over by itself. */
const DURATION_SECONDS = 60;

/** Who holds it is asked for strictly: a holder that cannot be read is one all the same. An empty one is none. Exported for tests. */
export const leaseSchema = z.object({
  metadata: objectMeta,
  spec: z.object({ holderIdentity: z.string().nullish(), renewTime: maybeText }).nullish(),
});

const holderOf = ({ spec }: z.infer<typeof leaseSchema>): string | undefined => spec?.holderIdentity || undefined;

/** Who holds the fleet, and since when it was last heard of; undefined when there is no Lease. */
export const readFleetClaim = async (
  hub: ClusterReader,
): Promise<{ readonly holder: string | undefined; readonly renewedAt: string | undefined } | undefined> => {
  const lease = await readObject(hub, FLEET_LEASE, leaseSchema);
  return lease === undefined ? undefined : { holder: holderOf(lease), renewedAt: lease.spec?.renewTime };
};

/** A Kubernetes MicroTime. */
export const microTime = (at: Date): string => at.toISOString().replace('Z', '000Z');

/** One installation of pgdist writes to a fleet. The Lease outlives a lost Redis: a new installation has to be let in by a person. */
export const fleetClaimed = (fleet: Fleet): Step => ({
  id: stepId('preflight/fleet-claimed'),
  title: 'the fleet is claimed by this pgdist',
  stage: 'Preflight',
  cluster: fleet.hub,
  verifyTimeoutMs: 10_000,
  rights: rightsTo(
    'claim the fleet, and keep the claim',
    fleet.hub,
    watching(FLEET_LEASE),
    reading({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }),
    applying({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
    { verbs: 'create', on: resourceOf(FLEET_LEASE), namespace: NAMESPACE },
    merging(FLEET_LEASE),
  ),
  async check({ cluster, installation }) {
    const found = await readFleetClaim(cluster(fleet.hub));
    if (found?.holder === installation) return inPlace(`Lease pgdist/pgdist is held by ${installation}`);
    if (found?.holder !== undefined) return blocked(heldByAnother(fleet, found.holder, found.renewedAt));
    const names = await cluster(fleet.hub).read({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
    const object = 'Lease pgdist/pgdist';
    const fields = [
      { path: 'spec.holderIdentity', to: installation },
      { path: 'spec.leaseDurationSeconds', to: DURATION_SECONDS },
      ...['acquireTime', 'renewTime'].map((field) => ({ path: `spec.${field}`, later: 'time of the claim' })),
      ...(found === undefined ? [{ path: 'spec.leaseTransitions', to: 0 }] : []),
    ];
    return change([
      ...(names === undefined ? [{ cluster: fleet.hub, action: 'create' as const, object: `Namespace ${NAMESPACE}`, fields: [] }] : []),
      { cluster: fleet.hub, action: found === undefined ? 'create' : 'change', object, fields },
    ]);
  },
  async byHand({ installation }) {
    const now = '<time of the claim>';
    const lease = { ...manifest, spec: { holderIdentity: installation, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now } };
    const hub = kubectl(fleet, fleet.hub, NAMESPACE);
    return {
      does: [
        bash`holder=$(${hub} get lease ${FLEET_LEASE.name} --ignore-not-found -o jsonpath={.spec.holderIdentity})
if [ "$holder" = ${installation} ]; then
  say ${`the fleet is claimed by the pgdist that wrote this script`}
elif [ -n "$holder" ]; then
  fail ${'another pgdist holds the fleet:'} "$holder"
else
  ${applied(fleet, fleet.hub, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })}
  ${appliedFilled(fleet, fleet.hub, lease, bash`${now} "$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)"`)}
fi`,
      ],
      awaits: [],
    };
  },
  async apply({ cluster, installation, clock }) {
    const hub = cluster(fleet.hub);
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const now = microTime(clock.now());
    const spec = { holderIdentity: installation, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now };
    const found = await readObject(hub, FLEET_LEASE, leaseSchema);
    const holder = found === undefined ? undefined : holderOf(found);
    if (holder === installation) return;
    if (holder !== undefined) throw new ProblemError(heldByAnother(fleet, holder, undefined));
    // Created or changed by resourceVersion, never applied: two installations share the field manager and would not see each other.
    if (found === undefined) await hub.create({ ...manifest, spec: { ...spec, leaseTransitions: 0 } });
    else
      await hub.merge(FLEET_LEASE, { spec }, found.metadata.resourceVersion === undefined ? {} : { resourceVersion: found.metadata.resourceVersion });
  },
  async verify({ cluster, installation }) {
    const found = await readFleetClaim(cluster(fleet.hub));
    if (found?.holder === installation) return healthy(`Lease pgdist/pgdist is held by ${installation}`);
    if (found?.holder !== undefined) {
      const problem = heldByAnother(fleet, found.holder, found.renewedAt);
      return { healthy: false, waitingFor: plainText(problem.what), problem, final: true };
    }
    return {
      healthy: false,
      waitingFor: 'Lease pgdist/pgdist does not exist',
      problem: {
        code: 'PGD-083',
        what: told`Lease pgdist/pgdist is missing on ${fleet.hub}: no installation has claimed fleet ${fleet.name}`,
        evidence: ['Lease pgdist/pgdist does not exist'],
        ...byDeploy(told`Deploy: its first change claims the fleet.`),
      },
    };
  },
});

const manifest: Manifest = { apiVersion: FLEET_LEASE.apiVersion, kind: FLEET_LEASE.kind, metadata: { name: FLEET_LEASE.name, namespace: NAMESPACE } };

export const heldByAnother = (fleet: Fleet, holder: string, renewedAt: string | undefined): Problem => ({
  code: 'PGD-081',
  what: told`Another pgdist (${holder}) holds fleet ${fleet.name}`,
  evidence: [`Lease pgdist/pgdist on ${fleet.hub} names ${holder}${renewedAt === undefined ? '' : `, last renewed ${renewedAt}`}`],
  ...byTyping(
    told`If that installation is gone for good (or its Redis was lost), delete the Lease and plan again:`,
    kubectlIn(fleet.hub, NAMESPACE, `delete lease ${FLEET_LEASE.name}`),
  ),
});
