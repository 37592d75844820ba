import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { APPLIED_WORK } from '../names.ts';
import type { ResourceClient } from './resource-client.ts';

/** status.appliedResources[] of an AppliedManifestWork. */
export interface AppliedResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

interface AppliedResources {
  /** Remembers what a work applied, and deletes what it applied before and names no more; while some of it is refused or unknown nothing is forgotten. */
  record(work: string, now: readonly AppliedResource[], options: { readonly complete: boolean }): Promise<void>;
  /** Deletes all that a work applied but `keep`s; false while something is still there. */
  remove(work: string, keep: (resource: AppliedResource) => boolean): Promise<boolean>;
}

/** Keeps AppliedManifestWorks, the spoke's memory of what belongs to which work: named '<hash of the hub>-<work>'. */
export const appliedResources = (client: OperatorClient, resources: ResourceClient, hubHash: string): AppliedResources => {
  const refOf = (work: string) => ({ ...APPLIED_WORK, name: `${hubHash}-${work}` });
  const pathOf = ({ group, version, resource, namespace = '', name }: AppliedResource): string =>
    `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}/${name}`;
  const live = async (resource: AppliedResource): Promise<Mutable | undefined> => {
    const object = await resources.read({ path: pathOf(resource) } as Parameters<ResourceClient['read']>[0]);
    return object?.metadata.uid === resource.uid ? object : undefined;
  };
  const known = async (work: string): Promise<readonly AppliedResource[]> => (await client.get(refOf(work)))?.status?.appliedResources ?? [];
  return {
    async record(work, now, { complete }) {
      const { name } = refOf(work);
      await client.create({ ...APPLIED_WORK, metadata: { name }, spec: { hubHash, manifestWorkName: work, agentID: hubHash } });
      const before = (await known(work)).filter((resource) => !now.some((one) => pathOf(one) === pathOf(resource)));
      if (complete) for (const resource of before) await resources.delete({ path: pathOf(resource) }, resource.uid, 'Background');
      await client.setStatus(refOf(work), (status) => {
        status.appliedResources = complete ? now : [...now, ...before];
      });
    },
    async remove(work, keep) {
      const left = [];
      for (const resource of await known(work)) {
        if (keep(resource)) continue;
        const object = await live(resource);
        if (object === undefined) continue;
        if (object.metadata.deletionTimestamp === undefined)
          await resources.delete({ path: pathOf(resource) }, resource.uid, 'Background').catch(ignoreGone);
        if ((await live(resource)) !== undefined) left.push(resource);
      }
      if (left.length > 0) return false;
      await client.delete(refOf(work));
      return true;
    },
  };
};

/** The uid precondition failed: it is another object by now. */
const ignoreGone = (): void => undefined;
