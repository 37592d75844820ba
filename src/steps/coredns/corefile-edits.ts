import { CorefileError, type Directive, type ServerBlock } from './corefile.ts';
import { preambleOf, type Word } from './corefile-words.ts';

/** Words behind the zone, on the line of the plugin. */
export const targetsOf = ({ words }: Directive): Word[] => {
  const rest = words.slice(2);
  const brace = rest.findIndex(({ text }) => text === '{');
  return brace < 0 ? rest : rest.slice(0, brace);
};

/** A block before all that is there. */
export const withBlock = (text: string, block: string): string => {
  const preamble = preambleOf(text);
  return `${text.slice(0, preamble)}${block}${text.slice(preamble)}`;
};

const elsewhere = ({ file, line }: Word, what: string): CorefileError =>
  new CorefileError(`${file}, line ${line}: ${what} stands where it may serve other zones too`);

/** The forward's targets replaced by the address, its options as they are. */
export const withTarget = (text: string, block: ServerBlock, forward: Directive, address: string): string => {
  const [head] = forward.words;
  if (head === undefined || !standsIn(block, head)) throw elsewhere(head ?? (block.keys[0] as Word), `the forward of slice.local`);
  const targets = targetsOf(forward);
  const [first] = targets;
  const zone = forward.words[1];
  if (first === undefined) return zone === undefined ? text : `${text.slice(0, zone.end)} ${address}${text.slice(zone.end)}`;
  return text.slice(0, first.start) + address + text.slice((targets.at(-1) as Word).end);
};

/** A forward in a block that has none, in a line before the closing brace. */
export const withForward = (text: string, block: ServerBlock, address: string): string => {
  const { close, keys } = block;
  if (close === undefined || close.file !== keys[0]?.file) throw elsewhere(keys[0] as Word, `the block of slice.local`);
  const lineStart = text.lastIndexOf('\n', close.start - 1) + 1;
  const alone = text.slice(lineStart, close.start).trim() === '';
  const at = alone ? lineStart : close.start;
  return `${text.slice(0, at)}${alone ? '' : '\n'}    forward . ${address}\n${text.slice(at)}`;
};

/** Between the block's first key and its closing brace, in one file: a word of a snippet stands before, one of an import in another file. */
const standsIn = ({ keys: [key], close }: ServerBlock, { file, start }: Word): boolean =>
  key !== undefined && file === key.file && start >= key.start && (close === undefined || (close.file === file && start < close.start));

/** The block without some of its keys. */
export const withoutKeys = (text: string, block: ServerBlock, gone: readonly Word[]): string => {
  const [home] = block.keys;
  if (gone.some(({ file }) => file !== home?.file)) throw elsewhere(home as Word, `the block of slice.local`);
  const kept = block.keys.filter((key) => !gone.includes(key));
  const last = kept.at(-1);
  let changed = text;
  const cuts: [number, number][] = gone.map(({ start, end }) => [start, end]);
  // The comma that joined it to what is gone.
  if (last !== undefined && gone.some(({ start }) => start > last.start) && text[last.end - 1] === ',') cuts.push([last.end - 1, last.end]);
  for (const [start, end] of cuts.toSorted((a, b) => b[0] - a[0])) changed = changed.slice(0, start) + changed.slice(end);
  return changed;
};
