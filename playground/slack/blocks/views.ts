import { z } from 'zod';
import type { ViewDefinition } from '../model.ts';
import { refusal, SlackError } from '../slack-error.ts';
import { plainText } from './composition.ts';
import { issueLine, issuesFrom } from './issue.ts';
import type { BlockIssue } from './issue.ts';
import { validateBlocks, withIds } from './validate.ts';

/** Of the JSON of a view. */
const maxViewBytes = 250_000;

const modal = z.strictObject({
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

/** The Home tab has neither a title nor buttons of its own. */
const home = z.strictObject({
  type: z.literal('home'),
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
});
const kinds = { modal, home } as const;

/** Every fault of a view of this kind; empty when Slack takes it. */
export const validateView = (given: unknown, kind: keyof typeof kinds = 'modal'): BlockIssue[] => {
  const parsed = kinds[kind].safeParse(given);
  if (!parsed.success) return issuesFrom(parsed.error, given, '/view');
  const issues = validateBlocks(parsed.data.blocks, kind, '/view/blocks');
  if (parsed.data.type === 'home') return issues;
  const hasInput = parsed.data.blocks.some((item) => typeof item === 'object' && item !== null && Reflect.get(item, 'type') === 'input');
  if (hasInput && !parsed.data.submit) issues.push({ pointer: '/view', code: 'missing_field', message: 'missing required field: submit' });
  return issues;
};

/** The view, ready to keep. Throws the SlackError that Slack answers with. */
export const acceptView = (given: unknown, newId: () => string, kind: keyof typeof kinds = 'modal'): ViewDefinition => {
  if (given !== undefined && JSON.stringify(given).length > maxViewBytes) throw new SlackError('view_too_large');
  const issues = validateView(given, kind);
  if (issues.length > 0) throw refusal('invalid_arguments', issues.map(issueLine));
  const definition = z.custom<ViewDefinition>().parse(given);
  return { ...definition, blocks: withIds(definition.blocks, newId) };
};
