import { z } from 'zod';
import { blockId, url } from './composition.ts';
import { richText } from './rich-text.ts';

export const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id: blockId,
  task_id: z.string().min(1).max(255),
  title: z.string().min(1),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url, text: z.string().min(1) })).optional(),
});

/** No limit on tasks is documented; the budget of the message is what ends first. */
export const plan = z.strictObject({ type: z.literal('plan'), block_id: blockId, title: z.string().min(1), tasks: z.array(taskCard).optional() });
