import { isDeepStrictEqual } from 'node:util';
import { MOST_DIFFERENCES, pathBelow } from '../../domain/bounded.ts';
import type { FieldChange } from '../../domain/finding.ts';
import { isTree, leavesOf, toldChanges, type Tree, UNTOLD } from '../../domain/leaves.ts';
import type { KubeObject, Manifest } from '../../kube-api/objects.ts';

/**
 * What an apply of `manifest` would change, from the object as it is and as a dry run returned it. Both come from the server, so its defaults and its
 * spelling of quantities are in both and are no change. Only fields of the manifest count, and fields that an earlier manifest had and this one drops.
 * Contents of a Secret are named, never shown.
 */
export const changesOf = (manifest: Manifest, live: KubeObject | undefined, result: KubeObject): FieldChange[] =>
  toldChanges(manifest.kind, live === undefined ? leavesOf(manifest) : [...differences(manifest, live, result), ...removals(live, result)]);

const differences = (wanted: Tree, live: unknown, result: unknown, path = ''): FieldChange[] =>
  Object.entries(wanted).flatMap(([key, inner]) => {
    const at = pathBelow(path, key);
    // stringData is written into data by the server and never read back.
    if (path === '' && key === 'stringData' && isTree(inner))
      return differences(Object.fromEntries(Object.keys(inner).map((name) => [name, ''])), child(live, 'data'), child(result, 'data'), 'data');
    const [from, to] = [child(live, key), child(result, key)];
    return isTree(inner) && Object.keys(inner).length > 0 ? differences(inner, from, to, at) : unequal(from, to, at);
  });

/** Differences of what is no tree in the manifest; lists of one length are compared item by item. */
const unequal = (from: unknown, to: unknown, path: string, found: FieldChange[] = []): FieldChange[] => {
  if (found.length >= MOST_DIFFERENCES) return found;
  if (isTree(from) && isTree(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) unequal(child(from, key), child(to, key), pathBelow(path, key), found);
  } else if (Array.isArray(from) && Array.isArray(to) && from.length === to.length && [...from, ...to].every(isTree)) {
    to.forEach((item, index) => unequal(from[index], item, `${path}[${index}]`, found));
  } else if (!isDeepStrictEqual(from, to)) {
    found.push({ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  }
  return found;
};

/** Fields that the apply would take away: this field manager owned them and the manifest has them no more. */
const removals = (live: unknown, result: unknown, path = '', found: FieldChange[] = []): FieldChange[] => {
  if (!isTree(live) || !isTree(result) || UNTOLD.test(path)) return found;
  for (const [key, from] of Object.entries(live)) {
    if (found.length >= MOST_DIFFERENCES) break;
    const at = pathBelow(path, key);
    const now = child(result, key);
    if (now === undefined) found.push({ path: at, from });
    else removals(from, now, at, found);
  }
  return found;
};

const child = (value: unknown, key: string): unknown => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined);
