import type { Block } from '../block.ts';

/** Undocumented; met by others at 13,200 to 13,300 characters, the exact number varying with the blocks (slackapi/bolt-js issue 2509). */
export const messageBudget = 13_200;

/** Share of the budget that each container takes beside its text. An estimate: Slack's staff speak of "a buffer for block containers". */
const containerCost = 10;

const shownMembers = new Set(['text', 'title', 'alt_text', 'caption', 'fallback', 'value']);
const containers = /^(section|header|context|actions|divider|image|input|container|markdown|table|plan|task_card|rich_text.*|button)$/u;

/** What the blocks take of the budget. data_table has a limit of its own and does not count. */
export const sizeOfBlocks = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + sizeOf(block), 0);

const sizeOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const type: unknown = Reflect.get(value, 'type');
  if (type === 'data_table') return 0;
  let size = typeof type === 'string' && containers.test(type) ? containerCost : 0;
  for (const [member, inner] of Object.entries(value)) {
    size += typeof inner === 'string' ? (shownMembers.has(member) ? inner.length : 0) : sizeOf(inner);
  }
  return size;
};

/** Characters in the cells of a table or data_table. */
export const cellCharacters = (block: Block): number => textIn(block['rows']);

const textIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [member, inner]) => sum + (member === 'text' && typeof inner === 'string' ? inner.length : textIn(inner)),
    0,
  );
};
