/** Server block of a Corefile: where it stands in the text and which zones it serves. */
interface ServerBlock {
  /** As written: 'slice.local:53', '.:53', '(snippet)'. */
  readonly keys: readonly string[];
  readonly start: number;
  /** Behind the closing brace. */
  readonly end: number;
}

const ZONE = 'slice.local';

/** Top-level blocks by brace depth; braces in comments and quotes do not count. Exported for tests. */
export const serverBlocks = (corefile: string): ServerBlock[] => {
  const blocks: ServerBlock[] = [];
  let depth = 0;
  let keys: string[] = [];
  let start = 0;
  let behind = 0;
  for (const { text, at } of tokens(corefile)) {
    if (text === '{') {
      depth += 1;
    } else if (text === '}') {
      depth -= 1;
      if (depth === 0) {
        blocks.push({ keys, start, end: at + 1 });
        keys = [];
      }
    } else if (depth === 0) {
      // A directive at the top level (import) ends with its line and is no key.
      if (keys.length > 0 && corefile.slice(behind, at).includes('\n') && !keys.at(-1)?.endsWith(',')) keys = [];
      if (keys.length === 0) start = at;
      keys.push(text);
    }
    behind = at + text.length;
  }
  return blocks.map((block) => ({ ...block, keys: block.keys.flatMap((key) => key.split(',')).filter((key) => key !== '') }));
};

/** Directories whose `*.server` files the Corefile takes in at its top level. */
export const importedServers = (corefile: string): string[] =>
  withoutComments(corefile)
    .split('\n')
    .flatMap((line) => {
      const [directive, path, ...more] = line.trim().split(/\s+/, 3);
      return directive === 'import' && path?.endsWith(SERVERS) === true && more.length === 0 ? [path.slice(0, -SERVERS.length)] : [];
    });

const SERVERS = '/*.server';

/** Address to which slice.local is forwarded; undefined without such a block, '' when its block forwards nowhere. */
export const forwardedTo = (corefile: string): string | undefined => {
  const block = sliceBlock(corefile);
  if (block === undefined) return undefined;
  return FORWARD.exec(withoutComments(corefile.slice(block.start, block.end)))?.[2] ?? '';
};

/** The Corefile with one block that forwards slice.local to the address: an existing one gets the address, else ours comes first. */
export const withSliceForward = (corefile: string, address: string): string => {
  const block = sliceBlock(corefile);
  if (block === undefined) return corefile === '' ? sliceServer(address) : `${sliceServer(address)}${corefile}`;
  const text = corefile.slice(block.start, block.end);
  const changed = FORWARD.test(withoutComments(text)) ? text.replace(FORWARD, `$1${address}`) : sliceServer(address).trimEnd();
  return corefile.slice(0, block.start) + changed + corefile.slice(block.end);
};

/** The guide's block. */
const sliceServer = (address: string): string => `${ZONE}:53 {\n    errors\n    cache 30\n    forward . ${address}\n}\n`;

/** `forward FROM TO…`, without the options that may follow in braces. */
const FORWARD = /(^[ \t]*forward[ \t]+\S+[ \t]+)([^\s{]+(?:[ \t]+[^\s{]+)*)/m;

const sliceBlock = (corefile: string): ServerBlock | undefined => serverBlocks(corefile).find(({ keys }) => keys.some((key) => zoneOf(key) === ZONE));

/** 'dns://slice.local.:53' serves slice.local as well. */
const zoneOf = (key: string): string =>
  key
    .replace(/^dns:\/\//, '')
    .replace(/:\d+$/, '')
    .replace(/\.$/, '')
    .toLowerCase();

const withoutComments = (text: string): string => text.replace(/(^|[ \t])#.*$/gm, (comment) => ' '.repeat(comment.length));

/** A quote that nobody closes goes on to the end, as it does for CoreDNS. */
function* tokens(corefile: string): Generator<{ text: string; at: number }> {
  for (const match of corefile.matchAll(/#[^\n]*|"(?:\\[^]|[^"\\])*"?|[^\s"]+/g)) {
    if (!match[0].startsWith('#')) yield { text: match[0], at: match.index };
  }
}
