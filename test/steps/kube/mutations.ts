import type { KubeObject } from '../../../src/kube-api/objects.ts';

export interface Mutated {
  /** 'spec.taints.0.effect is null' */
  readonly title: string;
  readonly path: string;
  readonly object: KubeObject;
}

const GONE = Symbol('gone');
const OTHERS: readonly (readonly [string, unknown])[] = [
  ['removed', GONE],
  ['null', null],
  ['an empty text', ''],
  ['a text', 'something else'],
  ['a number', 4.5],
  ['a boolean', true],
  ['an empty list', []],
  ['a list of oddities', [null, 4, 'text', {}, []]],
  ['an empty object', {}],
  ['an object', { value: { unit: 's' } }],
];

/** The object with each of its fields in turn removed, null, empty and of every other type. Kind, apiVersion and the object's own name stay. */
export const mutationsOf = (object: KubeObject, matters: (path: string) => boolean = () => true): Mutated[] =>
  pathsOf(object)
    .filter((path) => matters(path.join('.')))
    .filter((path) => !['apiVersion', 'kind', 'metadata', 'metadata.name'].includes(path.join('.')))
    .flatMap((path) =>
      OTHERS.map(([how, value]) => ({
        title: `${path.join('.')} is ${how}`,
        path: path.join('.'),
        object: replaced(object, path, value) as KubeObject,
      })),
    );

/** The object as a later version may write it: fields that nobody knows beside each one that is known. */
export const fromTheFuture = (object: KubeObject): KubeObject => ({ ...(widened(object) as KubeObject), apiVersion: 'example.dev/v99' });

const pathsOf = (value: unknown, path: readonly string[] = []): string[][] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);

const replaced = (value: unknown, [key = '', ...rest]: readonly string[], by: unknown): unknown => {
  const with_ = (inner: unknown): unknown => (rest.length === 0 ? by : replaced(inner, rest, by));
  if (Array.isArray(value)) return value.flatMap((one, index) => (String(index) !== key ? [one] : with_(one) === GONE ? [] : [with_(one)]));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) =>
      name !== key ? [[name, inner]] : with_(inner) === GONE ? [] : [[name, with_(inner)]],
    ),
  );
};

/** Maps from names to texts take no new entry: every key of theirs is known. */
const MAPS = new Set(['labels', 'annotations', 'matchLabels', 'selector', 'data']);

const widened = (value: unknown, name = ''): unknown => {
  if (Array.isArray(value)) return value.map((one) => widened(one));
  if (value === null || typeof value !== 'object') return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, widened(one, key)]));
  return MAPS.has(name) ? inner : { ...inner, fieldOfTheFuture: { seconds: [1] } };
};
