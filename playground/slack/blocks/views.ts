import { z } from 'zod';
import type { ViewDefinition } from '../model.ts';
import { refusal, SlackError } from '../slack-error.ts';
import { plainText } from './composition.ts';
import { issueLine, issuesFrom } from './issue.ts';
import type { BlockIssue } from './issue.ts';
import { validateBlocks, withIds } from './validate.ts';

/** Of the JSON of a view. */
const maxViewBytes = 250_000;

const view = z.strictObject({
  type: z.literal('modal'),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});

/** Every fault of a view; empty when Slack takes it. */
export const validateView = (given: unknown): BlockIssue[] => {
  const parsed = view.safeParse(given);
  if (!parsed.success) return issuesFrom(parsed.error, given, '/view');
  const issues = validateBlocks(parsed.data.blocks, 'modal', '/view/blocks');
  const hasInput = parsed.data.blocks.some((item) => typeof item === 'object' && item !== null && Reflect.get(item, 'type') === 'input');
  if (hasInput && !parsed.data.submit) issues.push({ pointer: '/view', code: 'missing_field', message: 'missing required field: submit' });
  return issues;
};

/** The view, ready to keep. Throws the SlackError that Slack answers with. */
export const acceptView = (given: unknown, newId: () => string): ViewDefinition => {
  if (given !== undefined && JSON.stringify(given).length > maxViewBytes) throw new SlackError('view_too_large');
  const issues = validateView(given);
  if (issues.length > 0) throw refusal('invalid_arguments', issues.map(issueLine));
  const definition = z.custom<ViewDefinition>().parse(given);
  return { ...definition, blocks: withIds(definition.blocks, newId) };
};
