import { z } from 'zod';
import type { Expiring } from '../../domain/expiry.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { part } from '../kube/lenient.ts';
import { readIfServed } from '../kube/read.ts';
import { imageRemedy } from './certificate-jobs.ts';
import { controllerLog, CONTROLLER_NAMESPACE } from './objects.ts';

/** KubeSlice's controller keeps here when the keys of a slice's gateways were made, and when it makes the next ones. */
export const keyRotationRef = (fleet: Fleet): ObjectRef => ({
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'VpnKeyRotation',
  namespace: projectNamespace(fleet),
  name: fleet.kubeslice.slice.name,
});

const instant = z.iso.datetime({ offset: true }).optional().catch(undefined);
const keyRotationSchema = z.object({ spec: part({ certificateCreationTime: instant, certificateExpiryTime: instant }) });

/** The controller makes the next keys an hour before those in use end (kubeslice-controller, service/vpn_key_rotation_service.go). */
const RENEWED_BEFORE_MS = 3_600_000;

/** When the keys of the slice's gateways were made and end; undefined where the controller has not said so. */
export const sliceKeys = async (hub: ClusterReader, fleet: Fleet): Promise<Expiring | undefined> => {
  const { certificateCreationTime: made, certificateExpiryTime: due } =
    (await readIfServed(hub, keyRotationRef(fleet), keyRotationSchema))?.spec ?? {};
  if (made === undefined || due === undefined) return undefined;
  const slice = fleet.kubeslice.slice.name;
  return {
    key: `slice-keys-${slice}`,
    what: `The life of the keys of the gateways of slice ${slice}`,
    cluster: fleet.hub,
    notBefore: new Date(made),
    notAfter: new Date(Date.parse(due) + RENEWED_BEFORE_MS),
    toldAtDays: [1],
    consequence: `KubeSlice makes new ones by itself at ${due} and restarts the gateways, one of two after the other`,
    remedy: told`See on that day that a Job open-cert-… of namespace ${CONTROLLER_NAMESPACE} on ${fleet.hub} makes them, and that the tunnels stay up.`,
  };
};

/** The keys ended and KubeSlice made no others; undefined where they are good or not known. `troubles`: what keeps the Jobs that make them. */
export const endedKeys = (keys: Expiring | undefined, fleet: Fleet, now: Date, troubles: readonly string[]): Problem | undefined =>
  keys === undefined || keys.notAfter > now
    ? undefined
    : {
        code: 'PGD-027',
        cluster: fleet.hub,
        what: told`the keys of the gateways of slice ${fleet.kubeslice.slice.name} have ended and KubeSlice made no others`,
        evidence: [
          `made ${keys.notBefore.toISOString()}, ended ${keys.notAfter.toISOString()} by VpnKeyRotation ${projectNamespace(fleet)}/${fleet.kubeslice.slice.name}; the worker's clock says ${now.toISOString()}`,
          ...troubles,
        ],
        ...(imageRemedy(troubles, fleet.hub) ??
          byTyping(
            told`A tunnel that is up stays up until its gateway restarts. Remove what keeps the Jobs open-cert-… from making keys; KubeSlice's controller goes on by itself then:`,
            kubectlIn(fleet.hub, CONTROLLER_NAMESPACE, 'get jobs,pods -l app=ovpn-cert-generator'),
            controllerLog(fleet),
          )),
      };
