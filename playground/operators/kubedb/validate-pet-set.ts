import type { OperatorClient } from '../../control/kit.ts';
import type { AdmissionRequest } from './admission-server.ts';
import { PLACEMENT_POLICY } from './kinds.ts';
import { indicesOf } from './placement.ts';

/** What the real webhook prints where it means the number: the address of its pointer. */
const POINTER = 54188194726312;

/** Whether the policy of a distributed PetSet covers its replicas. */
export const refusePetSet = async (hub: OperatorClient, { object }: AdmissionRequest): Promise<string | undefined> => {
  if (object === null || object === undefined || object.spec?.distributed !== true) return undefined;
  const name = object.spec.podPlacementPolicy?.name ?? '';
  const policy = await hub.get({ ...PLACEMENT_POLICY, name });
  if (policy === undefined) return `PlacementPolicy.apps.k8s.appscode.com "${name}" not found`;
  const indices = indicesOf(policy);
  const replicas: number = object.spec.replicas ?? 1;
  if (indices.length < replicas)
    return `expected at least ${POINTER} replicas in the placementPolicy ${name}, but got totalReplicas = ${indices.length}`;
  const missing = Array.from({ length: replicas }, (_, index) => index).filter((index) => !indices.includes(index));
  return missing.length === 0 ? undefined : `missing replica index [${missing.join(' ')}] in the placementPolicy ${name}`;
};
