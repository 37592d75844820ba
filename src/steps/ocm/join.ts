import type { Fleet } from '../../domain/fleet.ts';
import { NotYetError } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import { joinArguments } from '../../domain/tool-commands.ts';
import { clusteradmFailure, errorLines } from './clusteradm-failure.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { ApplyContext } from '../context.ts';
import { configMapSchema } from '../kube/objects.ts';
import { readIfServed, readObject } from '../kube/read.ts';
import { faultToldBy } from './hub-connection.ts';
import { KLUSTERLET, klusterletSchema, OPERATOR_NAMESPACE } from './objects.ts';
import { joinValues } from './work-configuration.ts';
import type { Right } from '../../domain/right.ts';
import { clusteradmJoinRights } from '../installer-rights.ts';
import { installerRightsTo } from '../rights.ts';

/** ServiceAccount whose tokens the hub's approval trusts. */
export const BOOTSTRAP_ACCOUNT = { namespace: OPERATOR_NAMESPACE, name: 'agent-registration-bootstrap' } as const;
/** The shortest life that the API server grants; clusteradm takes the token only in argv. */
export const TOKEN_SECONDS = 600;
export const JOIN_TIMEOUT_MS = 120_000;

/** Runs clusteradm join. Throws ProblemError when it left no Klusterlet of this name. */
export const join = async (context: ApplyContext, fleet: Fleet, name: string): Promise<void> => {
  const hub = context.cluster(fleet.hub);
  const hubCa = hub.caPem ?? (await clusterCa(hub));
  const before = await readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema);
  const hubToken = await hub.token(BOOTSTRAP_ACCOUNT, TOKEN_SECONDS);
  const result = await context.clusteradm.join(
    {
      cluster: name,
      clusterName: name,
      hubApiServer: fleet.hubApiServer,
      hubToken,
      hubCa,
      bundleVersion: fleet.ocm.bundleVersion,
      klusterletValues: joinValues(before?.spec.workConfiguration),
    },
    { signal: context.signal, timeoutMs: JOIN_TIMEOUT_MS, onLine: (line) => context.progress(`clusteradm join: ${line}`) },
  );
  context.signal.throwIfAborted();
  if (result.exitCode === 0) return;
  const klusterlet = await readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema);
  if (klusterlet?.spec.clusterName === name && !result.timedOut) return;
  const text = result.lastLines.join('\n');
  const evidence = [
    result.timedOut ? `clusteradm ran out of time (${JOIN_TIMEOUT_MS / 1000} s)` : 'clusteradm join failed',
    ...errorLines(result.lastLines),
  ];
  throw clusteradmFailure(
    `clusteradm join on ${name}`,
    result,
    faultToldBy(text, evidence, fleet, name) ?? {
      code: 'PGD-021',
      what: told`clusteradm could not join ${name} to the hub`,
      evidence,
      // It panics when what answers at the address is no OCM hub.
      remedy: /panic/.test(text)
        ? told`Check that ${fleet.hubApiServer} leads to the hub ${fleet.hub}, then retry.`
        : told`Remove the cause that clusteradm names, then retry.`,
    },
  );
};

/** As a plan shows it. */
export const joinCommand = (fleet: Fleet, name: string): string => {
  const words = { hubApiServer: fleet.hubApiServer, bundleVersion: fleet.ocm.bundleVersion, clusterName: name, timeoutMs: JOIN_TIMEOUT_MS };
  return ['clusteradm', ...joinArguments({ ...words, hubToken: '<token>', caFile: "<hub's CA>", valuesFile: '<values>' })].join(' ');
};

/** Where the token of the join comes from, as a plan tells it. */
export const JOIN_TOKEN = {
  path: '--hub-token',
  later: `token of ServiceAccount ${BOOTSTRAP_ACCOUNT.namespace}/${BOOTSTRAP_ACCOUNT.name}, minted on the hub for ${TOKEN_SECONDS / 60} min`,
} as const;

/** To join it with clusteradm, with a token minted on the hub. */
export const joinRights = (fleet: Fleet, name: string): Right[] => [
  ...installerRightsTo(
    `mint the token with which ${name} joins`,
    fleet.hub,
    { verbs: 'create', on: 'serviceaccounts/token', ...BOOTSTRAP_ACCOUNT },
    { verbs: 'get', on: 'configmaps', namespace: 'kube-public', name: 'kube-root-ca.crt' },
  ),
  ...clusteradmJoinRights(name),
];

/** The authority that a hub publishes for its own pods, for a kubeconfig that relies on the system's authorities. */
const clusterCa = async (hub: ClusterReader): Promise<string> => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-public', name: 'kube-root-ca.crt' };
  const ca = (await readObject(hub, ref, configMapSchema))?.data['ca.crt'];
  if (ca === undefined) throw new NotYetError(`ConfigMap kube-public/kube-root-ca.crt on ${hub.name}`);
  return ca;
};
