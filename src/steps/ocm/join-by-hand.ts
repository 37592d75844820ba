import { bash, type Bash, type ByHand, type HandFile } from '../../domain/by-hand.ts';
import { clusterNamed, type Fleet } from '../../domain/fleet.ts';
import { joinArguments } from '../../domain/tool-commands.ts';
import { awaited, clusteradmOn, fileWord, kubectl, placeFor, typed } from '../by-hand/lines.ts';
import { BOOTSTRAP_ACCOUNT, JOIN_TIMEOUT_MS, joinCommand, TOKEN_SECONDS } from './join.ts';
import { KLUSTERLET } from './objects.ts';
import { joinValues, missingIn, FEEDBACK_FEATURE_GATE } from './work-configuration.ts';
import type { Klusterlet } from './objects.ts';

type WorkConfiguration = Klusterlet['spec']['workConfiguration'];

const DEFINITION = 'klusterlets.operator.open-cluster-management.io';

/** Joined where there is no Klusterlet; the token lives for minutes and stands in no file. */
export const joinByHand = (fleet: Fleet, name: string, timeoutMs: number): ByHand => {
  const [spoke, hub] = [kubectl(fleet, name), kubectl(fleet, fleet.hub)];
  return {
    does: [
      bash`if exists ${spoke} get crd ${DEFINITION} && exists ${spoke} get klusterlet ${KLUSTERLET.name}; then
  joined=$(${spoke} get klusterlet ${KLUSTERLET.name} -o jsonpath={.spec.clusterName})
  [ "$joined" = ${name} ] || fail ${`${name} is registered on a hub under the name`} "$joined"
  say ${`${name} is joined already`}
else
  authority_of ${clusterNamed(fleet, fleet.hub).context} > "$work/hub-ca.pem"
  token=$(${hub} -n ${BOOTSTRAP_ACCOUNT.namespace} create token ${BOOTSTRAP_ACCOUNT.name} ${`--duration=${TOKEN_SECONDS}s`})
  ${clusteradmOn(fleet, name)}
  say ${`   $ ${joinCommand(fleet, name)}`}
  env KUBECONFIG="$work/kubeconfig" ${joining(fleet, name)}
fi`,
    ],
    awaits: [awaited('create', { fleet, cluster: fleet.hub, object: `managedcluster/${name}`, timeoutMs })],
  };
};

const joining = (fleet: Fleet, name: string): Bash => {
  const [token, ca, values] = [placeFor('token'), placeFor('ca'), placeFor('values')];
  return typed(
    [
      'clusteradm',
      ...joinArguments({
        hubToken: token,
        hubApiServer: fleet.hubApiServer,
        caFile: ca,
        clusterName: name,
        bundleVersion: fleet.ocm.bundleVersion,
        valuesFile: values,
        timeoutMs: JOIN_TIMEOUT_MS,
      }),
    ],
    new Map<string, Bash | { readonly file: HandFile }>([
      [token, bash`"$token"`],
      [ca, bash`"$work/hub-ca.pem"`],
      [values, { file: { name: `klusterlet-values@${fileWord(name)}.yaml`, content: joinValues(undefined) } }],
    ]),
  );
};

/** clusteradm accepts no cluster whose request is gone again: it is asked only where the cluster has not joined, and until its agent has asked. */
export const acceptByHand = (fleet: Fleet, name: string, awaitedMs: number, timeoutMs: number): ByHand => {
  const hub = kubectl(fleet, fleet.hub);
  const joined = `jsonpath={.status.conditions[?(@.type=="ManagedClusterJoined")].status}`;
  return {
    does: [
      bash`joined=$(${hub} get managedcluster ${name} -o ${joined})
if [ "$joined" = True ]; then
  say ${`${name} is accepted already`}
else
  ${clusteradmOn(fleet, fleet.hub)}
  again ${Math.ceil(awaitedMs / 1000)} env KUBECONFIG="$work/kubeconfig" clusteradm accept ${`--clusters=${name}`}
fi`,
    ],
    awaits: ['ManagedClusterJoined', 'ManagedClusterConditionAvailable'].map((condition) =>
      awaited(`condition=${condition}`, { fleet, cluster: fleet.hub, object: `managedcluster/${name}`, timeoutMs }),
    ),
  };
};

/** Of a cluster that joined before, what its Klusterlet lacks now; one that the script joins has all of it from the join. */
export const tuneByHand = (fleet: Fleet, name: string, configuration: WorkConfiguration | undefined, timeoutMs: number): ByHand => {
  const spoke = kubectl(fleet, name);
  const { featureGates: _, ...scalars } = configuration === undefined ? {} : (missingIn(configuration) as Record<string, unknown>);
  const patch = JSON.stringify({ spec: { workConfiguration: scalars } });
  return {
    does: [
      bash`gate_on klusterlet ${KLUSTERLET.name} ${FEEDBACK_FEATURE_GATE} ${spoke}`,
      ...(Object.keys(scalars).length === 0 ? [] : [bash`run ${spoke} patch klusterlet ${KLUSTERLET.name} --type=merge -p ${patch}`]),
    ],
    awaits: [awaited('condition=Available', { fleet, cluster: name, object: `klusterlet/${KLUSTERLET.name}`, timeoutMs })],
  };
};
