import type { Mutable } from '../../../control/kit.ts';
import { SLICE_CONFIG, VPN_KEY_ROTATION } from '../kinds.ts';
import type { KubesliceFaults, Surroundings } from '../options.ts';
import { makeCertificates } from './gateways.ts';

const DAY_MS = 86_400_000;
/** The next keys are made so long before those in use end. */
const AHEAD_MS = 3_600_000;
const INTERVAL_DAYS = 30;

const refOf = ({ metadata: { namespace = '', name } }: Mutable) => ({ ...VPN_KEY_ROTATION, namespace, name });

/** Keeps when the keys of a slice were made, from the first on. */
export const keepRotation = async ({ hub }: Surroundings, slice: Mutable): Promise<void> => {
  const { name, namespace = '' } = slice.metadata;
  const { clusters = [], rotationInterval = INTERVAL_DAYS } = slice.spec ?? {};
  const clusterGatewayMapping = Object.fromEntries(
    (clusters as string[]).map((local) => [
      local,
      (clusters as string[]).filter((other) => other !== local).map((other) => `${name}-${local}-${other}`),
    ]),
  );
  const spec = { sliceName: name, clusters, clusterGatewayMapping, rotationInterval };
  const rotation = await hub.get(refOf(slice));
  if (rotation === undefined)
    await hub.create({
      ...VPN_KEY_ROTATION,
      metadata: { name, namespace, labels: { 'kubeslice-slice': name } },
      spec: { ...spec, rotationCount: 1 },
    });
  else if (JSON.stringify(rotation.spec?.clusters) !== JSON.stringify(clusters)) await hub.merge(refOf(slice), { spec });
};

/** The first keys are there. */
export const firstKeysMade = async ({ hub }: Surroundings, slice: Mutable): Promise<void> => {
  const rotation = await hub.get(refOf(slice));
  if (rotation !== undefined && rotation.spec?.certificateCreationTime === undefined) await hub.merge(refOf(slice), { spec: madeNow(rotation) });
};

/** Makes new keys for all gateways of a slice when those in use are about to end, and looks again whenever somebody changes when that is. */
export const controlKeyRotation = (around: Surroundings, faults: KubesliceFaults, signal: AbortSignal): Promise<void> => {
  const { hub, onError } = around;
  const reconcile = async (rotation: Mutable): Promise<void> => {
    const ends: string | undefined = rotation.spec?.certificateExpiryTime;
    if (ends === undefined || Date.parse(ends) > Date.now()) return;
    const { name, namespace = '' } = rotation.metadata;
    const slice = await hub.get({ ...SLICE_CONFIG, namespace, name });
    if (slice === undefined) return;
    const next = Number(rotation.spec.rotationCount ?? 1) + 1;
    await makeCertificates(around, slice, { clusters: slice.spec?.clusters ?? [], rotation: next }, faults, signal);
    if (signal.aborted) return;
    const now = await hub.get(refOf(rotation));
    // Somebody may have changed it while the Jobs ran.
    if (now?.spec?.certificateExpiryTime === ends) await hub.merge(refOf(rotation), { spec: { ...madeNow(rotation), rotationCount: next } });
  };
  return hub.control(VPN_KEY_ROTATION, reconcile, { signal, onError });
};

const madeNow = ({ spec }: Mutable) => {
  const now = Date.now();
  const days = Number(spec?.rotationInterval ?? INTERVAL_DAYS);
  return { certificateCreationTime: instant(now), certificateExpiryTime: instant(now + days * DAY_MS - AHEAD_MS) };
};

/** Kubernetes' times have no fraction of a second. */
const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
