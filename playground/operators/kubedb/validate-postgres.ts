import type { OperatorClient } from '../../control/kit.ts';
import type { AdmissionRequest } from './admission-server.ts';
import { PLACEMENT_POLICY, POSTGRES_VERSION, STORAGE_CLASS } from './kinds.ts';

/** The rule that a Postgres breaks. Whether its policy covers all replicas is not among them: that one is accepted and then hangs. */
export const refusePostgres = async (
  hub: OperatorClient,
  { object, oldObject, operation, name, namespace }: AdmissionRequest,
): Promise<string | undefined> => {
  if (operation === 'DELETE')
    return oldObject?.spec?.deletionPolicy === 'DoNotTerminate'
      ? `postgres "${namespace}/${name}" can't be terminated. To delete, change spec.deletionPolicy`
      : undefined;
  const spec = object?.spec;
  if (spec === undefined) return 'spec is required';
  if ((await hub.get({ ...POSTGRES_VERSION, name: String(spec.version) })) === undefined) return `failed to get PostgresVersion: ${spec.version}`;
  if (operation === 'UPDATE' && oldObject?.spec?.storageType !== undefined && oldObject.spec.storageType !== spec.storageType)
    return 'precondition failed for: [spec.storageType]. At least one of the following was changed';
  return (
    (await refuseStorage(hub, spec)) ??
    refuseElection(spec) ??
    refuseEncryption(spec) ??
    refuseConfiguration(spec) ??
    (await refusePlacementOf(hub, spec))
  );
};

const refuseStorage = async (hub: OperatorClient, { storageType, storage }: any): Promise<string | undefined> => {
  if (storageType === 'Ephemeral') return undefined;
  if (storage?.resources?.requests?.storage === undefined) return "'spec.storage.resources.requests.storage' is required";
  const name = storage.storageClassName;
  if (name === undefined || (await hub.get({ ...STORAGE_CLASS, name })) !== undefined) return undefined;
  return `storageclasses.storage.k8s.io "${name}" not found`;
};

const refuseElection = ({ leaderElection }: any): string | undefined =>
  leaderElection !== undefined && leaderElection.electionTick <= leaderElection.heartbeatTick
    ? 'ElectionTick must be greater than HeartbeatTick'
    : undefined;

/** These fleets have no cert-manager, without which an operator waits for certificates for ever. */
const refuseEncryption = ({ sslMode, tls }: any): string | undefined => {
  if (sslMode !== undefined && sslMode !== 'disable' && tls === undefined) return "'spec.tls' is required when 'spec.sslMode' is not disable";
  return tls === undefined ? undefined : 'no matches for kind "Issuer" in version "cert-manager.io/v1"';
};

const refuseConfiguration = ({ configuration }: any): string | undefined => {
  const other = Object.keys(configuration?.inline ?? {}).find((key) => key !== 'user.conf');
  return other === undefined ? undefined : `'spec.configuration.inline' has key ${other}, only user.conf is allowed`;
};

const refusePlacementOf = async (hub: OperatorClient, spec: any): Promise<string | undefined> => {
  if (spec.distributed !== true) return undefined;
  const name = spec.podTemplate?.spec?.podPlacementPolicy?.name ?? '';
  if (name === '') return "'spec.podTemplate.spec.podPlacementPolicy' is required for a distributed database";
  const policy = await hub.get({ ...PLACEMENT_POLICY, name });
  if (policy === undefined) return `PlacementPolicy.apps.k8s.appscode.com "${name}" not found`;
  return policy.spec?.clusterSpreadConstraint === undefined ? `'spec.clusterSpreadConstraint' is required in /${name}` : undefined;
};
