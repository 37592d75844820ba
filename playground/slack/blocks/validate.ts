import { z } from 'zod';
import type { Block } from '../block.ts';
import { refusal, SlackError } from '../slack-error.ts';
import { duplicateIds } from './ids.ts';
import { issueLine, issuesFrom } from './issue.ts';
import type { BlockIssue } from './issue.ts';
import { block } from './layout.ts';
import { cellCharacters, messageBudget, sizeOfBlocks } from './size.ts';
import { allowedOn, maxBlocks } from './surfaces.ts';
import type { Surface } from './surfaces.ts';

/** Σ of the characters in the cells: of all tables, and of all data_tables, of one message. */
const maxCellCharacters = { table: 10_000, data_table: 20_000 };
/** Σ over all markdown blocks of one message. */
const maxMarkdownCharacters = 12_000;

/** Every fault of the blocks on this surface; empty when Slack takes them. Limits on the whole message are in `acceptBlocks`. */
export const validateBlocks = (given: unknown, surface: Surface, root = '/blocks'): BlockIssue[] => {
  if (!Array.isArray(given)) return [{ pointer: root, code: 'invalid_type', message: 'must be a valid array' }];
  const issues: BlockIssue[] = [];
  if (given.length > maxBlocks[surface]) {
    issues.push({ pointer: root, code: 'too_big', message: `no more than ${maxBlocks[surface]} items allowed` });
  }
  for (const [index, item] of given.entries()) {
    const pointer = `${root}/${index}`;
    const parsed = block.safeParse(item);
    if (!parsed.success) issues.push(...issuesFrom(parsed.error, item, pointer));
    else if (!allowedOn(parsed.data.type, surface)) {
      issues.push({
        pointer: `${pointer}/type`,
        code: 'unsupported_surface',
        message: `unsupported type: ${parsed.data.type} (not available in a ${surface})`,
      });
    }
    issues.push(...imagesWithoutSource(item, pointer));
  }
  return [...issues, ...duplicateIds(given, root)];
};

/** The blocks of a message, ready to keep: every block has an id. Throws the SlackError that Slack answers with. */
export const acceptBlocks = (given: unknown, newId: () => string): readonly Block[] => {
  const issues = validateBlocks(given, 'message');
  if (issues.length > 0) throw refusal('invalid_blocks', issues.map(issueLine));
  const blocks = z.array(z.custom<Block>()).parse(given);
  const everywhere = blocks.flatMap((item) =>
    item.type === 'container' ? [item, ...z.array(z.custom<Block>()).parse(item['child_blocks'])] : [item],
  );
  const tables = everywhere.filter((item) => item.type === 'table');
  if (tables.length > 1) throw refusal('invalid_attachments', ['[ERROR] only_one_table_allowed']);
  for (const type of ['table', 'data_table'] as const) {
    const characters = everywhere.filter((item) => item.type === type).reduce((sum, item) => sum + cellCharacters(item), 0);
    if (characters > maxCellCharacters[type]) {
      throw refusal('invalid_blocks', [
        `[ERROR] ${type} cells hold ${characters} characters, no more than ${maxCellCharacters[type]} allowed [json-pointer:/blocks]`,
      ]);
    }
  }
  const markdown = blocks.reduce((sum, item) => sum + (item.type === 'markdown' ? String(item['text']).length : 0), 0);
  if (markdown > maxMarkdownCharacters || sizeOfBlocks(blocks) > messageBudget) throw new SlackError('msg_blocks_too_long');
  return withIds(blocks, newId);
};

/** Slack names a block that the app did not name. */
export const withIds = (blocks: readonly Block[], newId: () => string): readonly Block[] =>
  blocks.map((item) => ({
    ...item,
    block_id: item.block_id ?? newId(),
    ...(Array.isArray(item['elements']) && item.type === 'actions'
      ? { elements: item['elements'].map((element) => withActionId(element, newId)) }
      : {}),
    ...(item.type === 'container' ? { child_blocks: withIds(z.array(z.custom<Block>()).parse(item['child_blocks']), newId) } : {}),
  }));

const withActionId = (element: unknown, newId: () => string): unknown =>
  typeof element === 'object' && element !== null && !('action_id' in element) ? { ...element, action_id: newId() } : element;

const imagesWithoutSource = (item: unknown, pointer: string): BlockIssue[] => {
  const image = z.looseObject({ type: z.literal('image') }).safeParse(item);
  if (!image.success || 'image_url' in image.data || 'slack_file' in image.data) return [];
  return [{ pointer, code: 'missing_field', message: 'must define either `image_url` or `slack_file`' }];
};
