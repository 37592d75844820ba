import { cut } from '../../domain/cut.ts';
import type { KubesliceCluster } from './objects.ts';

/** What stands in for an interface that could not be found, as KubeSlice v2026.1.15 uses it whatever the Cluster says; only traffic shaping on the node depends on it. */
export const FALLBACK_INTERFACE = 'eth0';

/** On the Cluster: its interface could not be found, and this one stands in. */
const UNKNOWN = 'pgdist/interface-unknown';
/** Why, and which image was to look: with another one it is looked for again. */
const BECAUSE = 'pgdist/interface-unknown-because';
const IMAGE = 'pgdist/interface-probe-image';

const LONGEST_REASON = 400;
/** Where people name what was not found, or what looks for it. */
const SETTINGS = 'probeImage of pgdist.yaml names another image, clusters[].gateway.interface the interface itself';

/** Annotations of a Cluster whose interface could not be found. */
export const unknownInterface = (because: string, image: string): Record<string, string> => ({
  [UNKNOWN]: FALLBACK_INTERFACE,
  [BECAUSE]: cut(because, LONGEST_REASON),
  [IMAGE]: image,
});

/** Those of them that a Cluster has and keeps; undefined where it has a real interface. */
export const keptUnknown = (existing: KubesliceCluster | undefined): Record<string, string> | undefined => {
  const annotations = existing?.metadata.annotations ?? {};
  if (annotations[UNKNOWN] === undefined || annotations[UNKNOWN] !== existing?.spec.networkInterface) return undefined;
  return Object.fromEntries([UNKNOWN, BECAUSE, IMAGE].flatMap((key) => (annotations[key] === undefined ? [] : [[key, annotations[key]]])));
};

/** Whether another image than the one of before may find it. */
export const isWorthLookingAgain = (existing: KubesliceCluster | undefined, image: string): boolean => {
  const before = keptUnknown(existing)?.[IMAGE];
  return before !== undefined && before !== image;
};

/** What people are told of it; undefined where the interface is known. */
export const toldUnknown = (existing: KubesliceCluster | undefined): string | undefined => {
  const kept = keptUnknown(existing);
  if (existing === undefined || kept === undefined) return undefined;
  const because = kept[BECAUSE];
  return `the interface of ${existing.metadata.name}'s gateway node could not be found${because === undefined ? '' : `: ${cut(because, LONGEST_REASON)}`}. ${SETTINGS}; until then ${kept[UNKNOWN] ?? FALLBACK_INTERFACE} is assumed, which costs traffic shaping at most`;
};
