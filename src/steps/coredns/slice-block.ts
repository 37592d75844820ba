import { CorefileError, readCorefile, type Corefile, type CorefileSurroundings, type Directive, type ServerBlock } from './corefile.ts';
import { targetsOf, withBlock, withForward, withoutKeys, withTarget } from './corefile-edits.ts';
import { checkZones, isPartial, rootPorts, zonesOf, type ZoneKey } from './corefile-zones.ts';

export const ZONE = 'slice.local';

/** A Corefile and what CoreDNS was started with. Exported for tests. */
export interface CorefileSource extends CorefileSurroundings {
  readonly path: string;
  readonly defaultPort: number;
}

/** What stands in a Corefile for names under slice.local, and the text that forwards them to an address. */
export interface SliceForward {
  /** File whose text changes. */
  readonly file: string;
  /** Targets as they are written; undefined without a block for slice.local, '' when its block forwards nowhere. */
  readonly from: string | undefined;
  /** Text of the file that forwards slice.local to the address, all else as it was; equal to the text of now when it does so already. */
  readonly wanted: string;
}

/**
 * Where slice.local is forwarded and how its text would forward it to the address: an existing block gets the address, one that others share loses the
 * zone to a block of its own, else a block comes first in `file`. Throws CorefileError for a Corefile with which CoreDNS does not start, and for one whose
 * forward stands where it serves other zones as well (in a snippet or an imported file).
 */
export const sliceForwardIn = (source: CorefileSource, address: string, file = source.path): SliceForward => {
  const corefile = readChecked(source);
  const ports = rootPorts(corefile, source.defaultPort);
  const serving = blocksFor(corefile, source.defaultPort, ports);
  const textOf = (path: string): string => source.files.get(path) ?? '';
  const kept = (path: string, from: string): SliceForward => ({ file: path, from, wanted: textOf(path) });
  const [first, ...more] = serving;
  if (first === undefined) {
    const inRoot = rootForward(corefile, source.defaultPort);
    if (inRoot !== undefined && isTo(inRoot, address)) return kept(inRoot.words[0]?.file ?? file, address);
    return checked(source, { file, from: undefined, wanted: withBlock(textOf(file), sliceServer(corefile, source, ports, address)) }, address);
  }
  const wrong = serving.find(({ block }) => !forwardsTo(block, address));
  const { block, own, others } = wrong ?? first;
  const home = block.keys[0]?.file ?? source.path;
  const forward = forwardOf(block);
  const from =
    forward === undefined
      ? ''
      : targetsOf(forward)
          .map(({ text }) => text)
          .join(' ');
  if (wrong === undefined) return kept(home, more.length === 0 ? from : address);
  const text = textOf(home);
  const wanted =
    others.length > 0
      ? withBlock(
          withoutKeys(
            text,
            block,
            own.map(({ word }) => word),
          ),
          sliceServer(corefile, source, [...new Set(own.map(({ port }) => port))], address),
        )
      : forward === undefined
        ? withForward(text, block, address)
        : withTarget(text, block, forward, address);
  return checked(source, { file: home, from, wanted }, address);
};

const readChecked = (source: CorefileSource): Corefile => {
  const corefile = readCorefile(source.path, source);
  checkZones(corefile, source.defaultPort);
  return corefile;
};

/** Nothing is written that CoreDNS would not start with, or that would not do what it is written for. */
const checked = (source: CorefileSource, result: SliceForward, address: string): SliceForward => {
  const files = new Map([...source.files, [result.file, result.wanted]]);
  const corefile = readChecked({ ...source, files });
  const serving = blocksFor(corefile, source.defaultPort, rootPorts(corefile, source.defaultPort));
  if (serving.length === 0 || serving.some(({ block }) => !forwardsTo(block, address)))
    throw new CorefileError(`${result.file}: a block for ${ZONE} would not serve its names there`);
  return result;
};

interface Serving {
  readonly block: ServerBlock;
  /** Its keys for slice.local at a port that pods ask. */
  readonly own: readonly ZoneKey[];
  readonly others: readonly ZoneKey[];
}

const blocksFor = ({ blocks }: Corefile, defaultPort: number, ports: readonly number[]): Serving[] =>
  blocks
    .filter((block) => !isPartial(block))
    .map((block) => {
      const keys = zonesOf(block, defaultPort);
      const own = keys.filter(({ zone, port, plain }) => zone === ZONE && plain && ports.includes(port));
      return { block, own, others: keys.filter(({ zone }) => zone !== ZONE) };
    })
    .filter(({ own }) => own.length > 0);

/** The first forward of a block that takes names under slice.local. */
const forwardOf = ({ directives }: ServerBlock): Directive | undefined =>
  directives.find(({ name, words }) => name === 'forward' && ['', ZONE, 'local'].includes(zoneName(words[1]?.text)));

const rootForward = ({ blocks }: Corefile, defaultPort: number): Directive | undefined =>
  blocks
    .filter((block) => zonesOf(block, defaultPort).some(({ zone, plain }) => zone === '' && plain))
    .flatMap(({ directives }) => directives)
    .find(({ name, words }) => name === 'forward' && zoneName(words[1]?.text) === ZONE);

const zoneName = (word = ''): string => word.replace(/\.$/, '').toLowerCase();

const forwardsTo = (block: ServerBlock, address: string): boolean => {
  const forward = forwardOf(block);
  return forward !== undefined && isTo(forward, address);
};

/** Every target is the address, at the port of DNS, in plain DNS. */
const isTo = (forward: Directive, address: string): boolean => {
  const targets = targetsOf(forward);
  const forms = [address, `${address}:53`, `[${address}]`, `[${address}]:53`].flatMap((form) => [form, `dns://${form}`]);
  return targets.length > 0 && targets.every(({ text }) => forms.includes(text));
};

/** The guide's block, at the ports where pods ask and on the addresses that the root's block listens on. */
const sliceServer = ({ blocks }: Corefile, { files, defaultPort }: CorefileSource, ports: readonly number[], address: string): string => {
  const root = blocks.find((block) => !isPartial(block) && zonesOf(block, defaultPort).some(({ zone, plain }) => zone === '' && plain));
  const binds = (root?.directives ?? []).filter(({ name }) => name === 'bind').map((bind) => `    ${rawOf(bind, files)}\n`);
  const keys = ports.map((port) => `${ZONE}:${port}`).join(' ');
  return `${keys} {\n${binds.join('')}    errors\n    cache 30\n    forward . ${address}\n}\n`;
};

const rawOf = ({ words }: Directive, files: ReadonlyMap<string, string>): string => {
  const [first] = words;
  const last = words.at(-1);
  return first === undefined || last === undefined ? '' : (files.get(first.file) ?? '').slice(first.start, last.end);
};
