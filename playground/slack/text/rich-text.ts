import { z } from 'zod';
import { formatDate } from './date.ts';
import { emojiCharacter } from './emoji.ts';
import type { Inline, Names, Style, TextPart } from './parts.ts';

/** Loose on purpose: what is kept was validated when it came. */
const inline = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  url: z.string().optional(),
  user_id: z.string().optional(),
  channel_id: z.string().optional(),
  usergroup_id: z.string().optional(),
  name: z.string().optional(),
  range: z.string().optional(),
  timestamp: z.number().optional(),
  format: z.string().optional(),
  style: z
    .looseObject({ bold: z.boolean().optional(), italic: z.boolean().optional(), strike: z.boolean().optional(), code: z.boolean().optional() })
    .optional(),
});
type RawInline = z.infer<typeof inline>;

const section = z.looseObject({ elements: z.array(inline) });

const element = z.discriminatedUnion('type', [
  section.extend({ type: z.literal('rich_text_section') }),
  section.extend({ type: z.literal('rich_text_quote') }),
  section.extend({ type: z.literal('rich_text_preformatted') }),
  z.looseObject({
    type: z.literal('rich_text_list'),
    style: z.string(),
    indent: z.number().default(0),
    offset: z.number().default(0),
    elements: z.array(section),
  }),
]);

const block = z.looseObject({ elements: z.array(element) });

export const parseRichText = (given: unknown, names: Names): TextPart[] => {
  const parsed = block.safeParse(given);
  return parsed.success ? parsed.data.elements.map((part) => partOf(part, names)) : [];
};

const partOf = (part: z.infer<typeof element>, names: Names): TextPart => {
  switch (part.type) {
    case 'rich_text_list':
      return {
        kind: 'list',
        ordered: part.style === 'ordered',
        indent: part.indent,
        first: part.offset + 1,
        items: part.elements.map(({ elements }) => elements.map((item) => inlineOf(item, names))),
      };
    case 'rich_text_preformatted':
      return { kind: 'preformatted', text: part.elements.map((item) => item.text ?? item.url ?? '').join('') };
    case 'rich_text_quote':
      return { kind: 'quote', inlines: part.elements.map((item) => inlineOf(item, names)) };
    case 'rich_text_section':
      return { kind: 'paragraph', inlines: part.elements.map((item) => inlineOf(item, names)) };
  }
};

const inlineOf = (item: RawInline, names: Names): Inline => {
  const style = styleOf(item);
  const mention = (about: string | undefined, text: string): Inline => ({ kind: 'mention', about: about ?? '', text, style });
  switch (item.type) {
    case 'link':
      return { kind: 'link', url: item.url ?? '', text: item.text ?? item.url ?? '', style };
    case 'user':
      return mention(item.user_id, `@${names.user(item.user_id ?? '') ?? item.user_id}`);
    case 'channel':
      return mention(item.channel_id, `#${names.channel(item.channel_id ?? '') ?? item.channel_id}`);
    case 'usergroup':
      return mention(item.usergroup_id, `@${names.usergroup(item.usergroup_id ?? '') ?? item.usergroup_id}`);
    case 'broadcast':
      return mention(item.range, `@${item.range}`);
    case 'emoji':
      return { kind: 'emoji', name: item.name ?? '', character: emojiCharacter(item.name ?? '') ?? `:${item.name}:` };
    case 'date':
      return { kind: 'text', text: formatDate(item.timestamp ?? 0, item.format ?? '', names), style };
    default:
      return { kind: 'text', text: item.text ?? '', style };
  }
};

const styleOf = ({ style }: RawInline): Style => ({
  ...(style?.bold ? { bold: true } : {}),
  ...(style?.italic ? { italic: true } : {}),
  ...(style?.strike ? { strike: true } : {}),
  ...(style?.code ? { code: true } : {}),
});
