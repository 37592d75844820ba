import { cut, cutMrkdwn, LIMITS } from '../limits.ts';
import { asShown } from './as-shown.ts';
import type { Block, Button, RichText } from './blocks.ts';
import { mrkdwn, mrkdwnPre } from './mrkdwn.ts';
import { type Line, toElements } from './span.ts';

/** What is sent to Slack: blocks, and the text of notifications and of clients that show no blocks. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A part of a message before it becomes blocks. */
export type Part =
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  | { readonly kind: 'list'; readonly items: readonly Line[] }
  | { readonly kind: 'pre'; readonly text: string }
  | { readonly kind: 'buttons'; readonly blockId: string; readonly buttons: readonly Button[] }
  /** `text` is what notifications read in its place, monospaced for a `pre`. */
  | { readonly kind: 'block'; readonly block: Block; readonly text: string; readonly pre?: true };

export const lines = (...content: readonly (Line | undefined)[]): Part => ({
  kind: 'lines',
  lines: content.filter((line): line is Line => line !== undefined && line.length > 0),
});
export const list = (items: readonly Line[]): Part => ({ kind: 'list', items });
/** At most so many of the items, and how many more there are. */
export const listUpTo = (items: readonly Line[], limit: number): Part =>
  list(items.length <= limit ? items : [...items.slice(0, limit), [`and ${items.length - limit} more`]]);

/** Composes a message; parts without content leave nothing behind. */
export const message = (...parts: readonly (Part | undefined)[]): Message => {
  const present = parts.filter((part): part is Part => part !== undefined);
  return {
    text: cutMrkdwn(
      present
        .map(textOf)
        .filter((text) => text !== '')
        .join('\n'),
      LIMITS.fallbackText,
    ),
    blocks: asShown(named(merged(present.flatMap(blocksOf)))),
  };
};

/** True when Slack takes it. */
export const fits = ({ blocks }: Message): boolean => blocks.length <= LIMITS.blocks && JSON.stringify(blocks).length <= LIMITS.blocksJson;

/** The first that fits; where not even the last does, because its words are long, it comes with all of them cut short. */
export const firstThatFits = (...candidates: readonly (() => Message)[]): Message => {
  for (const candidate of candidates) {
    const made = candidate();
    if (fits(made)) return made;
  }
  const [last] = candidates.slice(-1).map((candidate) => candidate());
  if (last === undefined) throw new Error('a message needs a rendering');
  const short = { ...last, blocks: last.blocks.map((block) => (block.type === 'rich_text' ? shortened(block) : block)) };
  return fits(short) ? short : simplified(last);
};

const SHORT_WORDS = 120;

const shortened = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (name, inner: unknown) => (name === 'text' && typeof inner === 'string' ? cut(inner, SHORT_WORDS) : inner))) as T;

/** The same without new kinds of block, for a workspace that refuses them (invalid_blocks): plain sections, and the buttons. */
export const simplified = ({ text, blocks }: Message): Message => ({
  text,
  blocks: [
    {
      type: 'section',
      block_id: 'section-1',
      expand: true,
      text: { type: 'mrkdwn', text: text === '' ? '…' : cutMrkdwn(text, LIMITS.sectionText), verbatim: true },
    },
    ...blocks.filter((block) => block.type === 'actions'),
  ],
});

const blocksOf = (part: Part): Block[] => {
  switch (part.kind) {
    case 'lines':
      return part.lines.length === 0 ? [] : [richText([{ type: 'rich_text_section', elements: toElements(joined(part.lines)) }])];
    case 'list':
      if (part.items.length === 0) return [];
      return [
        richText([
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: part.items.map((item) => ({ type: 'rich_text_section', elements: toElements(item) })),
          },
        ]),
      ];
    case 'pre':
      return part.text === '' ? [] : [richText([{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: cut(part.text, LIMITS.pre) }] }])];
    case 'buttons':
      return part.buttons.length === 0 ? [] : [{ type: 'actions', block_id: part.blockId, elements: [...part.buttons] }];
    case 'block':
      return [part.block];
  }
};

const textOf = (part: Part): string => {
  switch (part.kind) {
    case 'lines':
      return part.lines.map(mrkdwn).join('\n');
    case 'list':
      return part.items.map((item) => `• ${mrkdwn(item)}`).join('\n');
    case 'pre':
      return part.text === '' ? '' : mrkdwnPre(part.text);
    case 'buttons':
      return '';
    case 'block':
      return part.pre === true ? mrkdwnPre(part.text) : mrkdwn([part.text]);
  }
};

/**
 * Blocks with ids that stay when the message is edited: Slack keeps what a reader opened in a block of the same id, and closes all others. Those of
 * buttons are their own.
 */
const named = (blocks: readonly Block[]): Block[] => {
  const seen = new Map<string, number>();
  return blocks.map((block) => {
    const nth = (seen.get(block.type) ?? 0) + 1;
    seen.set(block.type, nth);
    return block.block_id === undefined ? { ...block, block_id: `${block.type}-${nth}` } : block;
  });
};

const joined = (content: readonly Line[]): Line => content.flatMap((line, index) => (index === 0 ? line : ['\n', ...line]));

const richText = (elements: RichText['elements']): RichText => ({ type: 'rich_text', elements });

/** Neighbouring texts as one block: fewer characters, and no gap between a line and its list. */
const merged = (blocks: readonly Block[]): Block[] =>
  blocks.reduce<Block[]>((done, block) => {
    const last = done.at(-1);
    if (block.type !== 'rich_text' || last?.type !== 'rich_text') return [...done, block];
    return [...done.slice(0, -1), richText([...last.elements, ...block.elements])];
  }, []);
