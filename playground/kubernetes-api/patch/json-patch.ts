import { badRequest, StatusError } from '../errors.ts';
import { equal, isFields } from '../object.ts';

interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** JSON patch (RFC 6902) on a copy. Throws 422 with the words of the real server when an operation does not fit. */
export const jsonPatch = (document: unknown, operations: unknown): unknown => {
  if (!Array.isArray(operations)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let root = structuredClone(document);
  for (const operation of operations as readonly JsonPatchOperation[]) root = perform(root, operation);
  return root;
};

const perform = (root: unknown, { op, path, from, value }: JsonPatchOperation): unknown => {
  if (op === 'add') return put(root, path, structuredClone(value), 'add');
  if (op === 'replace') {
    if (path !== '') read(root, path, 'replace');
    return put(root, path, structuredClone(value), 'replace');
  }
  if (op === 'remove') return take(root, path);
  if (op === 'copy') return put(root, path, structuredClone(read(root, from ?? '', 'copy')), 'add');
  if (op === 'move') {
    const moved = read(root, from ?? '', 'move');
    return put(take(root, from ?? ''), path, moved, 'add');
  }
  if (op === 'test') {
    if (!equal(read(root, path, 'test') ?? null, value ?? null)) throw refused(`testing value ${path} failed: test failed`);
    return root;
  }
  throw badRequest(`Unexpected kind: ${op}`);
};

const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const child = (parent: unknown, key: string): unknown => {
  if (Array.isArray(parent)) return parent[Number(key)];
  return isFields(parent) ? parent[key] : undefined;
};

const read = (root: unknown, pointer: string, op: string): unknown => {
  let at = root;
  for (const key of segments(pointer)) {
    if (typeof at !== 'object' || at === null || !(key in at))
      throw refused(`${op} operation does not apply: doc is missing key: ${pointer}: missing value`);
    at = child(at, key);
  }
  return at;
};

const parentOf = (root: unknown, pointer: string, op: string): { parent: Record<string, unknown> | unknown[]; key: string } => {
  const path = segments(pointer);
  const key = path.pop() ?? '';
  const parent = path.reduce(child, root);
  if (typeof parent !== 'object' || parent === null)
    throw refused(`${op} operation does not apply: doc is missing path: "${pointer}": missing value`);
  return { parent: parent as Record<string, unknown> | unknown[], key };
};

const put = (root: unknown, pointer: string, value: unknown, op: 'add' | 'replace'): unknown => {
  if (pointer === '') return value;
  const { parent, key } = parentOf(root, pointer, op);
  if (!Array.isArray(parent)) parent[key] = value;
  else if (op === 'replace') parent[Number(key)] = value;
  else {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      throw refused(`add operation does not apply: doc is missing path: "${pointer}": invalid index referenced`);
    parent.splice(index, 0, value);
  }
  return root;
};

const take = (root: unknown, pointer: string): unknown => {
  read(root, pointer, 'remove');
  const { parent, key } = parentOf(root, pointer, 'remove');
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return root;
};

const refused = (why: string): StatusError =>
  new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request`, { causes: [{ message: why }] });
