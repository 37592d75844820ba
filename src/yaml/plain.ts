import { type Alias, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { brief, type YamlFault } from './fault.ts';
import { MOST_LEVELS, TOO_DEEP } from './text.ts';
import { mergeInto, oldScalar } from './version-1-1.ts';

/** Values that aliases may come to when each is written out. */
const MOST_VALUES_OF_ALIASES = 1_000;
const MOST_FAULTS = 20;
/** Keys that mean something to JavaScript's objects. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);
/** The types of JSON, by their tags in YAML. */
const TAGS = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`));

type Path = readonly (string | number)[];

/** What is known of a value: itself, and how many values it comes to. */
interface Plain {
  readonly value: unknown;
  readonly count: number;
}

/** Plain data of a parsed document. What JSON cannot say (other keys than text, tags, loops) and what is there twice goes into `faults`. */
export const plainOf = (root: Node | null, lines: LineCounter, faults: YamlFault[], version?: '1.1') => {
  const anchors = new Map<string, Plain | 'open'>();
  const linesByPath = new Map<string, number>();
  let ofAliases = 0;

  const lineOf = (node: Node): number | undefined => (node.range == null ? undefined : lines.linePos(node.range[0]).line);
  const fault = (node: Node, path: Path, message: string): void => void faults.push({ path, line: lineOf(node), message });

  const plain = (node: Node | null, path: Path): Plain => {
    if (node === null || faults.length >= MOST_FAULTS) return NOTHING;
    const line = lineOf(node);
    if (line !== undefined) linesByPath.set(JSON.stringify(path), line);
    if (isAlias(node)) return aliased(node, path);
    if (node.tag !== undefined && !TAGS.has(node.tag)) fault(node, path, `has the tag ${brief(node.tag)}, which is not known here; remove it`);
    if (path.length > MOST_LEVELS) {
      fault(node, path.slice(0, 3), TOO_DEEP);
      return NOTHING;
    }
    const { anchor } = node as { readonly anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, 'open');
    const found = contentOf(node, path);
    if (anchor !== undefined) anchors.set(anchor, found);
    return found;
  };

  const contentOf = (node: Node, path: Path): Plain => {
    if (isMap(node)) return mapping(node, path);
    if (isSeq(node)) return list(node, path);
    if (!isScalar(node)) return NOTHING;
    return { value: version === '1.1' ? oldScalar(node) : node.value, count: 1 };
  };

  const aliased = (node: Alias, path: Path): Plain => {
    const source = anchors.get(node.source);
    if (source === undefined) fault(node, path, `*${brief(node.source)} refers to nothing: there is no &${brief(node.source)} above it`);
    if (source === 'open') fault(node, path, `*${brief(node.source)} stands inside what it refers to`);
    if (source === undefined || source === 'open') return NOTHING;
    ofAliases += source.count;
    if (ofAliases <= MOST_VALUES_OF_ALIASES) return source;
    fault(node, path, `aliases (\`*…\`) come to more than ${MOST_VALUES_OF_ALIASES} values; write them out`);
    return NOTHING;
  };

  const list = ({ items }: YAMLSeq, path: Path): Plain => {
    const found = items.map((item, index) => plain(item as Node | null, [...path, index]));
    return { value: found.map(({ value }) => value), count: sum(found) };
  };

  const mapping = (node: YAMLMap, path: Path): Plain => {
    const object: Record<string, unknown> = {};
    const own = new Set<string>();
    const found: Plain[] = [];
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const key = keyOf(node, pair, path);
      if (key === undefined) continue;
      const at = [...path, key];
      if (key === '<<') {
        const merged = plain(pair.value, at);
        if (!mergeInto(object, merged.value)) fault(pair.key, at, 'merges what is no mapping');
        found.push(merged);
        continue;
      }
      if (own.has(key)) {
        fault(pair.key, at, 'is there twice');
        continue;
      }
      const value = plain(pair.value, at);
      const line = lineOf(pair.key);
      if (line !== undefined) linesByPath.set(JSON.stringify(at), line);
      object[key] = value.value;
      own.add(key);
      found.push(value);
    }
    return { value: object, count: sum(found) };
  };

  /** An anchor may stand at a key, and an alias be one. */
  const keyValue = (node: Node, path: Path): unknown => {
    if (isAlias(node)) return aliased(node, path).value;
    if (!isScalar(node)) return undefined;
    if (node.anchor !== undefined) anchors.set(node.anchor, { value: node.value, count: 1 });
    return node.value;
  };

  /** Undefined, with a fault, for a key that is none. */
  const keyOf = (map: Node, { key }: Pair<Node, Node | null>, path: Path): string | undefined => {
    const node = key ?? map;
    const value = keyValue(node, path);
    if (faults.length >= MOST_FAULTS) return undefined;
    if (typeof value !== 'string')
      fault(node, path, typeof value === 'number' ? `has the key ${value}, a number: put it in quotes` : 'has a key that is no text');
    else if (value === '<<' && version !== '1.1') fault(node, path, 'merges with `<<`, which is not taken; write the keys out');
    else if (RESERVED.has(value)) fault(node, path, `has the key ${value}, which is not taken`);
    else if (isScalar(node) && node.tag !== undefined && !TAGS.has(node.tag)) fault(node, path, 'has a key with a tag; remove the tag');
    else return value;
    return undefined;
  };

  const { value } = plain(root, []);
  return { value, lineOf: (path: Path): number | undefined => nearest(linesByPath, path) };
};

const NOTHING: Plain = { value: undefined, count: 0 };
const sum = (values: readonly Plain[]): number => values.reduce((total, { count }) => total + count, 1);

/** The line of a path, or of the last part of it that is there. */
const nearest = (lines: ReadonlyMap<string, number>, path: Path): number | undefined => {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
};
