import { z } from 'zod';
import type { Block } from '../block.ts';
import { inlinesOfText, partsOfCell, partsOfText, stringOfText } from '../text/block-parts.ts';
import { parseMarkdown } from '../text/markdown.ts';
import type { Inline, Names } from '../text/parts.ts';
import { parseRichText } from '../text/rich-text.ts';
import { showControl } from './controls.ts';
import type { Choice, Control, Picture, ShownBlock, ShownTable, Task } from './model.ts';

interface ShowContext {
  readonly names: Names;
  readonly people: readonly Choice[];
}

/** How a client shows the blocks. They were validated when they came, so what does not fit is left out. */
export const showBlocks = (blocks: readonly Block[], context: ShowContext): ShownBlock[] =>
  blocks.flatMap((block) => showBlock(block, context) ?? []);

const showBlock = (block: Block, context: ShowContext): ShownBlock | undefined => {
  const { names, people } = context;
  const control = (given: unknown): Control | undefined => showControl(given, block.block_id ?? '', names, people);
  switch (block.type) {
    case 'section': {
      const pressed = control(block['accessory']);
      const image = picture(block['accessory']);
      return {
        kind: 'section',
        parts: partsOfText(block['text'], names),
        fields: list(block['fields']).map((field) => partsOfText(field, names)),
        ...(pressed ? { control: pressed } : {}),
        ...(image ? { image } : {}),
      };
    }
    case 'header':
      return { kind: 'header', inlines: inlinesOfText(block['text'], names) };
    case 'context':
      return { kind: 'context', items: list(block['elements']).map((item) => picture(item) ?? inlinesOfText(item, names)) };
    case 'actions':
      return { kind: 'actions', controls: list(block['elements']).flatMap((item) => control(item) ?? []) };
    case 'divider':
      return { kind: 'divider' };
    case 'image': {
      const image = picture(block);
      return image && { kind: 'image', image };
    }
    case 'rich_text':
      return { kind: 'text', parts: parseRichText(block, names) };
    case 'markdown':
      return { kind: 'text', parts: parseMarkdown(String(block['text']), names) };
    case 'table':
    case 'data_table':
      return showTable(block, names);
    case 'plan':
      return {
        kind: 'plan',
        id: block.block_id ?? '',
        title: String(block['title']),
        tasks: list(block['tasks']).flatMap((task) => showTask(task, names) ?? []),
      };
    case 'task_card': {
      const task = showTask(block, names);
      return task && { kind: 'task', task };
    }
    case 'container':
      return {
        kind: 'container',
        title: block['rich_text_title'] ? flatten(block['rich_text_title'], names) : inlinesOfText(block['title'], names),
        subtitle: inlinesOfText(block['subtitle'], names),
        collapsible: block['is_collapsible'] === true,
        collapsed: block['default_collapsed'] === true,
        blocks: showBlocks(z.array(z.custom<Block>()).parse(block['child_blocks']), context),
      };
    case 'alert':
      return { kind: 'alert', level: typeof block['level'] === 'string' ? block['level'] : 'default', parts: partsOfText(block['text'], names) };
    case 'input': {
      const field = control(block['element']);
      return (
        field && {
          kind: 'input',
          blockId: block.block_id ?? '',
          label: stringOfText(block['label']),
          hint: stringOfText(block['hint']),
          optional: block['optional'] === true,
          control: field,
        }
      );
    }
    default:
      return undefined;
  }
};

const list = (given: unknown): readonly unknown[] => (Array.isArray(given) ? given : []);

const pictureShape = z.looseObject({ type: z.literal('image'), image_url: z.string().default(''), alt_text: z.string() });

const picture = (given: unknown): Picture | undefined => {
  const parsed = pictureShape.safeParse(given);
  return parsed.success ? { url: parsed.data.image_url, alt: parsed.data.alt_text } : undefined;
};

const flatten = (given: unknown, names: Names): Inline[] =>
  parseRichText(given, names).flatMap((part) => (part.kind === 'paragraph' ? part.inlines : []));

const taskShape = z.looseObject({
  task_id: z.string(),
  title: z.string(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  sources: z.array(z.looseObject({ url: z.string(), text: z.string() })).default([]),
});

const showTask = (given: unknown, names: Names): Task | undefined => {
  const parsed = taskShape.safeParse(given);
  if (!parsed.success) return undefined;
  const { task_id: id, title, status, sources } = parsed.data;
  return { id, title, status, details: parseRichText(parsed.data['details'], names), output: parseRichText(parsed.data['output'], names), sources };
};

const columns = z.array(z.looseObject({ align: z.enum(['left', 'center', 'right']).default('left') }).nullable()).default([]);

const showTable = (block: Block, names: Names): ShownTable => ({
  kind: 'table',
  caption: typeof block['caption'] === 'string' ? block['caption'] : '',
  rows: list(block['rows']).map((row) => list(row).map((cell) => partsOfCell(cell, names))),
  align: columns.parse(block['column_settings']).map((column) => column?.align ?? 'left'),
  ...(block.type === 'data_table' ? { pageSize: Number(block['page_size'] ?? 5) } : {}),
});
