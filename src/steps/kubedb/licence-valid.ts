import { bash } from '../../domain/by-hand.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { readLicence, type Licence } from '../../domain/licence.ts';
import { NotYetError, type Problem } from '../../domain/problem.ts';
import { ClusterUnreachableError } from '../../ports/cluster-errors.ts';
import { gate } from '../gate.ts';
import type { Step, StepContext } from '../context.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo } from '../rights.ts';

/** In a script that is run by hand: names the file of the licence. */
export const LICENCE_VARIABLE = 'PGDIST_LICENCE_FILE';

const DAY_MS = 86_400_000;
/** Days before the end from which on the plan says so, each with more weight than the one before. */
const WARN_DAYS = [1, 7, 14];

const GET_ONE = told`Get a licence from the AppsCode licence server with the UID of the hub and put it where kubedb.licenceFile says.`;

/** KubeDB accepts the licence on this hub now: it is bound to the UID of the hub's namespace kube-system, never to a spoke's. */
export const licenceValid = (fleet: Fleet): Step =>
  gate({
    id: 'kubedb/licence-valid',
    title: `KubeDB licence is valid for ${fleet.hub}`,
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: fleet.clusters.flatMap(({ name }) =>
      rightsTo('compare the licence with the UID of kube-system', name, reading({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' })),
    ),
    byHand: async () => ({
      does: [
        bash`[ -r "$PGDIST_LICENCE_FILE" ] || fail ${'PGDIST_LICENCE_FILE names no file that can be read'}
if command -v openssl > /dev/null; then
  openssl x509 -noout -checkend 0 -in "$PGDIST_LICENCE_FILE" > /dev/null || fail ${'the KubeDB licence has ended'}
fi`,
      ],
      awaits: [],
    }),
    async examine(context) {
      const licence = readLicence(await context.licence());
      if ('unreadable' in licence)
        return {
          problems: [{ code: 'PGD-040', what: told`The KubeDB licence cannot be read`, evidence: [licence.unreadable], remedy: GET_ONE }],
          evidence: '',
        };
      const problems = [...wrongTime(licence, context.clock.now()), ...(await wrongCluster(licence, context)), ...wrongKind(licence)];
      const warning = endsSoon(licence, context.clock.now());
      return { problems, evidence: shown(licence), ...(warning === undefined ? {} : { warnings: [warning] }) };
    },
  });

const shown = ({ serial, notAfter }: Licence): string => `licence ${serial} is valid until ${notAfter.toISOString()}`;

const wrongTime = ({ serial, notBefore, notAfter }: Licence, now: Date): Problem[] => {
  const evidence = [
    `licence ${serial} is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}; the worker's clock says ${now.toISOString()}`,
  ];
  if (now > notAfter) return [{ code: 'PGD-042', what: told`The KubeDB licence has expired`, evidence, remedy: GET_ONE }];
  if (now < notBefore)
    return [
      {
        code: 'PGD-042',
        what: told`The KubeDB licence is not valid yet`,
        evidence,
        remedy: told`Check the clock of the worker, or wait until it is.`,
      },
    ];
  return [];
};

const wrongCluster = async (licence: Licence, context: StepContext): Promise<Problem[]> => {
  if (licence.everyCluster) return [];
  const { hub, clusters } = context.fleet;
  const wanted = await clusterUid(context, hub);
  if (wanted === undefined) throw new NotYetError(`namespace kube-system on ${hub}`);
  if (licence.clusters.includes(wanted)) return [];
  const spokes = await Promise.all(
    clusters.filter(({ name }) => name !== hub).map(async ({ name }) => ({ name, uid: await clusterUid(context, name).catch(unlessUnreachable) })),
  );
  const named = licence.clusters.join(', ') || 'no cluster at all';
  const owner = spokes.find(({ uid }) => uid !== undefined && licence.clusters.includes(uid));
  return [
    {
      code: 'PGD-041',
      what: told`Licence was issued for another cluster`,
      evidence: [
        `It names cluster \`${named}\`${owner === undefined ? '' : ` (that is ${owner.name})`}; KubeDB checks it against the hub ${hub}, \`${wanted}\``,
        `licence ${licence.serial}`,
      ],
      remedy: told`Get a licence for \`${wanted}\` and put it where kubedb.licenceFile says, then plan again.`,
    },
  ];
};

const clusterUid = async (context: StepContext, cluster: string): Promise<string | undefined> =>
  (await context.cluster(cluster).read({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid;

/** Whose licence it is helps, and a spoke that does not answer is told of by its own step. */
const unlessUnreachable = (error: unknown): undefined => {
  if (error instanceof ClusterUnreachableError) return undefined;
  throw error;
};

const wrongKind = ({ serial, features, forClients }: Licence): Problem[] => {
  if (forClients && features.some((feature) => feature.startsWith('kubedb-'))) return [];
  return [
    {
      code: 'PGD-040',
      what: told`The file is a certificate, but no KubeDB licence`,
      evidence: [`certificate ${serial} is for ${features.join(', ') || 'no product'}${forClients ? '' : ' and is no client certificate'}`],
      remedy: GET_ONE,
    },
  ];
};

const endsSoon = ({ notAfter }: Licence, now: Date): string | undefined => {
  const left = notAfter.getTime() - now.getTime();
  const bound = WARN_DAYS.find((days) => left <= days * DAY_MS);
  if (bound === undefined || left < 0) return undefined;
  const days = Math.floor(left / DAY_MS);
  return `the KubeDB licence ends in ${days < 1 ? 'less than a day' : `${days} day${days === 1 ? '' : 's'}`} (${notAfter.toISOString()}): then KubeDB stops, the databases run on`;
};
