import { z } from 'zod';
import { anyText, blockId, plainText } from './composition.ts';
import { accessory, actionElement, image, inputElement } from './elements.ts';
import { dataTable, table } from './tables.ts';
import { plan, taskCard } from './plan.ts';
import { richText } from './rich-text.ts';

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((given) => given.text !== undefined || given.fields !== undefined, { error: 'must define either `text` or `fields`' });

const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150), level: z.number().int().optional() });

const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: z
    .array(z.discriminatedUnion('type', [anyText(3000), image]))
    .min(1)
    .max(10),
});

const actions = z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(actionElement).min(1).max(25) });

const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });

const imageBlock = image.extend({ block_id: blockId, title: plainText(2000).optional() });

const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});

const markdown = z.strictObject({ type: z.literal('markdown'), block_id: blockId, text: z.string().min(1).max(12_000) });

const alert = z.strictObject({
  type: z.literal('alert'),
  block_id: blockId,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const inside = [section, header, context, actions, divider, imageBlock, input, richText, table] as const;

const container = z.strictObject({
  type: z.literal('container'),
  block_id: blockId,
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z.array(z.discriminatedUnion('type', inside)).min(1).max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: image.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
});

/** Every block this Slack knows. Real Slack has more (video, file, card, carousel, context_actions): here they are unsupported types. */
export const block = z.discriminatedUnion('type', [...inside, dataTable, plan, taskCard, markdown, alert, container]);
