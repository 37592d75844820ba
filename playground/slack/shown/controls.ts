import { z } from 'zod';
import { inlinesOfText, partsOfText, stringOfText } from '../text/block-parts.ts';
import type { Names } from '../text/parts.ts';
import type { Choice, Confirm, Control } from './model.ts';

const option = z.looseObject({ text: z.unknown(), value: z.string(), description: z.unknown().optional() });
const element = z.looseObject({
  type: z.string(),
  action_id: z.string().default(''),
  text: z.unknown().optional(),
  url: z.string().optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: z.looseObject({ title: z.unknown(), text: z.unknown(), confirm: z.unknown(), deny: z.unknown(), style: z.string().optional() }).optional(),
  placeholder: z.unknown().optional(),
  options: z.array(option).optional(),
  option_groups: z.array(z.looseObject({ options: z.array(option) })).optional(),
  initial_option: option.optional(),
  initial_options: z.array(option).optional(),
  initial_user: z.string().optional(),
  initial_users: z.array(z.string()).optional(),
  initial_value: z.string().optional(),
  initial_date: z.string().optional(),
  initial_time: z.string().optional(),
  multiline: z.boolean().optional(),
});
type Element = z.infer<typeof element>;

/** An element of a block as a control; undefined for what is none. `people`: everybody a users_select offers. */
export const showControl = (given: unknown, blockId: string, names: Names, people: readonly Choice[]): Control | undefined => {
  const parsed = element.safeParse(given);
  if (!parsed.success || parsed.data.type === 'image') return undefined;
  const found = parsed.data;
  const place = { blockId, actionId: found.action_id };
  const placeholder = stringOfText(found.placeholder);
  if (found.type === 'button') {
    return {
      kind: 'button',
      ...place,
      label: stringOfText(found.text),
      style: found.style ?? 'default',
      ...(found.url ? { url: found.url } : {}),
      ...(found.confirm ? { confirm: confirmOf(found.confirm, names) } : {}),
    };
  }
  const look = choiceLooks[found.type];
  if (look) {
    return {
      kind: 'choice',
      look,
      multiple: found.type.startsWith('multi_') || found.type === 'checkboxes',
      ...place,
      placeholder,
      choices: found.type.includes('users_select') ? people : choicesOf(found, names),
      initial: initialOf(found),
    };
  }
  const initial = found.initial_value ?? found.initial_date ?? found.initial_time ?? '';
  return { kind: 'field', look: found.multiline ? 'lines' : (fieldLooks[found.type] ?? 'line'), ...place, placeholder, initial };
};

const choiceLooks: Readonly<Record<string, 'menu' | 'overflow' | 'ticks' | 'radio'>> = {
  static_select: 'menu',
  multi_static_select: 'menu',
  users_select: 'menu',
  multi_users_select: 'menu',
  overflow: 'overflow',
  checkboxes: 'ticks',
  radio_buttons: 'radio',
};

const fieldLooks: Readonly<Record<string, 'number' | 'date' | 'time' | 'datetime'>> = {
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime',
};

const choicesOf = ({ options, option_groups: groups }: Element, names: Names): Choice[] =>
  [...(options ?? []), ...(groups ?? []).flatMap((group) => group.options)].map(({ value, text, description }) => ({
    value,
    label: wordsOf(text, names),
    ...(description === undefined ? {} : { note: wordsOf(description, names) }),
  }));

const wordsOf = (text: unknown, names: Names): string =>
  inlinesOfText(text, names)
    .map((inline) => (inline.kind === 'emoji' ? inline.character : inline.text))
    .join('');

const initialOf = (found: Element): string[] => [
  ...[found.initial_option, ...(found.initial_options ?? [])].flatMap((chosen) => (chosen ? [chosen.value] : [])),
  ...[found.initial_user, ...(found.initial_users ?? [])].flatMap((user) => (user ? [user] : [])),
];

const confirmOf = (given: NonNullable<Element['confirm']>, names: Names): Confirm => ({
  title: stringOfText(given['title']),
  parts: partsOfText(given['text'], names),
  confirm: stringOfText(given['confirm']),
  deny: stringOfText(given['deny']),
  danger: given.style === 'danger',
});
