/** Composition objects of Block Kit and their limits: docs.slack.dev/reference/block-kit/composition-objects. */
import { z } from 'zod';

export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

const mrkdwn = (max: number) => z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });

export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

export const blockId = z.string().min(1).max(255).optional();
export const actionId = z.string().min(1).max(255).optional();

export const url = z
  .string()
  .max(3000)
  .regex(/^(https?|mailto|tel|slack):/u);

export const style = z.enum(['primary', 'danger']);

export const confirmDialog = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: style.optional(),
});

/** Option values: 75 in Slack's types, 150 in its validator as others met it. */
export const option = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(150),
  description: anyText(75).optional(),
  url: url.optional(),
});

export const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) });
