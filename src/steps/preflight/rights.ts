import { rightText, type NeededRight } from '../../domain/right.ts';
import type { ClusterReader } from '../../ports/cluster.ts';

/** Questions at a time: an API server answers each from memory, yet a plan asks several clusters for a hundred rights. */
const AT_ONCE = 8;

export interface Missing {
  readonly rights: readonly NeededRight[];
  /** Nothing that installers alone need is granted: whoever gave the rights installs the products by hand. */
  readonly withoutInstallers: boolean;
}

/** Those of the rights that the credentials lack; an administrator is asked once. */
export const missingRights = async (cluster: ClusterReader, needed: readonly NeededRight[]): Promise<Missing> => {
  const lacking = await notGranted(cluster, needed);
  const ofInstallers = needed.filter(({ installer }) => installer === true);
  const withoutInstallers = ofInstallers.length > 0 && ofInstallers.every((right) => lacking.includes(right));
  return { rights: withoutInstallers ? lacking.filter(({ installer }) => installer === undefined) : lacking, withoutInstallers };
};

const notGranted = async (cluster: ClusterReader, needed: readonly NeededRight[]): Promise<NeededRight[]> => {
  if (await cluster.allowed({ verb: '*', group: '*', resource: '*' })) return [];
  const missing: NeededRight[] = [];
  const waiting = [...needed.entries()];
  const ask = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, { verb, group, resource, subresource, namespace, name }] = next;
      const place = { ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
      const granted = await cluster.allowed({ verb, group, resource, ...place, ...(name === undefined ? {} : { name }) });
      if (!granted) missing[at] = needed[at]!;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return Object.values(missing);
};

/** 'create pods/exec in namespace demo, needed to ask each server about replication (postgres/replication-streaming)' */
export const missingText = (right: NeededRight): string => `${rightText(right)}, needed to ${right.why} (${right.neededBy.join(', ')})`;
