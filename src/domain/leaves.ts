import { isCut, pathBelow } from './bounded.ts';
import { canonicalJson } from './digest.ts';
import type { FieldChange } from './finding.ts';

export type Tree = Readonly<Record<string, unknown>>;
export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of what an API server adds and of what identifies the object; none is a change. */
export const UNTOLD = /^(apiVersion|kind|status|metadata\.(?!labels|annotations|finalizers).*)$/;
const HIDDEN = /^(data|stringData)(\.|$)/;

/** Each path once, without what is no change; contents of a Secret are named, never shown. */
export const toldChanges = (kind: unknown, changes: readonly FieldChange[]): FieldChange[] => {
  const seen = new Set<string>();
  return changes
    .filter(({ path }) => !UNTOLD.test(path) && (!seen.has(path) || isCut(path)) && seen.add(path))
    .map((change) => (kind === 'Secret' && HIDDEN.test(change.path) ? { path: change.path } : change));
};

/** Leaves of a tree; a list is one leaf. */
export const leavesOf = (value: Tree, path = ''): FieldChange[] =>
  Object.entries(value).flatMap(([key, inner]) => {
    const at = pathBelow(path, key);
    if (inner === undefined) return [];
    return isTree(inner) && Object.keys(inner).length > 0 ? leavesOf(inner, at) : [{ path: at, to: inner }];
  });

/** What a manifest says that the object does not, as both are written; everything where there is no object. */
export const fieldsOf = (manifest: Tree, live: unknown): FieldChange[] => toldChanges(manifest['kind'], differing(manifest, live));

const differing = (wanted: Tree, live: unknown, path = ''): FieldChange[] =>
  isTree(live)
    ? Object.entries(wanted).flatMap(([key, to]) => {
        const at = pathBelow(path, key);
        const from = Object.hasOwn(live, key) ? live[key] : undefined;
        if (to === undefined || canonicalJson(from) === canonicalJson(to)) return [];
        return isTree(to) && Object.keys(to).length > 0 ? differing(to, from, at) : [{ path: at, ...(from === undefined ? {} : { from }), to }];
      })
    : leavesOf(wanted, path);
