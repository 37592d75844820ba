/** What stands in the place of what is not told. */
const LEFT_OUT = '(left out)';
/** Of one text in an object. */
const LONGEST_TEXT = 20_000;
/** Of a list in an object. */
const MOST_ENTRIES = 1_000;

/** Fields of server-side apply and certificates: large, and no help. */
const NEVER = new Set(['managedFields', 'caBundle']);
const PROVIDES_DNS = /^(?:coredns|rke2-coredns|node-local-dns|kube-dns)/;

/**
 * A copy for a bundle: at any depth no Secret is told, no value of an environment, no content of a ConfigMap but CoreDNS' own, and no copy of the
 * object as somebody applied it. What is left still has to pass the redactor.
 */
export const harmlessObject = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT)}… ${LEFT_OUT}`;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map(harmlessObject);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if (object['kind'] === 'Secret' || isSecretData(object)) return secretNamed(object);
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !NEVER.has(key) && !/last-applied|last-plan/.test(key))
      .map(([key, content]) => [key, harmlessField(object, key, content)]),
  );
};

const harmlessField = (object: Readonly<Record<string, unknown>>, key: string, content: unknown): unknown => {
  if (key === 'env' && Array.isArray(content)) return content.slice(0, MOST_ENTRIES).map(withoutValue);
  if (key === 'stringData' || key === 'binaryData') return keysOf(content);
  if (key === 'data' && object['kind'] === 'ConfigMap' && !PROVIDES_DNS.test(nameOf(object))) return keysOf(content);
  return harmlessObject(content);
};

/** { name, valueFrom } tells where a value comes from; the value itself may be anything. */
const withoutValue = (entry: unknown): unknown => {
  if (typeof entry !== 'object' || entry === null) return LEFT_OUT;
  return Object.fromEntries(Object.entries(entry).map(([key, content]) => [key, key === 'value' ? LEFT_OUT : harmlessObject(content)]));
};

/** A Secret in a list does not say its kind; its type does. */
const isSecretData = (object: Readonly<Record<string, unknown>>): boolean =>
  typeof object['type'] === 'string' &&
  /^(?:kubernetes\.io|helm\.sh)\/|^Opaque$/.test(object['type']) &&
  ('data' in object || 'stringData' in object);

const secretNamed = (object: Readonly<Record<string, unknown>>): unknown => ({
  kind: 'Secret',
  metadata: { name: nameOf(object) },
  content: LEFT_OUT,
});

const nameOf = ({ metadata }: Readonly<Record<string, unknown>>): string =>
  typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string' ? metadata.name : '';

const keysOf = (content: unknown): unknown =>
  typeof content === 'object' && content !== null
    ? Object.fromEntries(
        Object.keys(content)
          .slice(0, MOST_ENTRIES)
          .map((key) => [key, LEFT_OUT]),
      )
    : LEFT_OUT;
