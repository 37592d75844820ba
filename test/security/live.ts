import { acceptBlocks } from '../../playground/slack/blocks/validate.ts';
import { showBlocks } from '../../playground/slack/shown/blocks.ts';
import { parseMrkdwn } from '../../playground/slack/text/mrkdwn.ts';
import type { Inline } from '../../playground/slack/text/parts.ts';
import type { Message } from '../../src/adapters/slack/render/message.ts';

const NAMES = { user: () => 'somebody', channel: () => 'somewhere', usergroup: () => 'some', now: new Date('2026-11-22T15:00:00Z'), timeZone: 'UTC' };

/** Everything in a value that a client makes something of, found wherever it stands. */
const inlinesIn = (value: unknown): Inline[] => {
  if (Array.isArray(value)) return value.flatMap(inlinesIn);
  if (typeof value !== 'object' || value === null) return [];
  const kind: unknown = Reflect.get(value, 'kind');
  if (kind === 'mention' || kind === 'link' || kind === 'emoji') return [value as Inline];
  return Object.values(value).flatMap(inlinesIn);
};

const named = (inline: Inline): string =>
  inline.kind === 'mention' ? `@${inline.about}` : inline.kind === 'link' ? inline.url : inline.kind === 'emoji' ? `:${inline.name}:` : '';

/** Mentions, links and emoji of a message as a client shows it: of its blocks, and of its text. Refuses what Slack refuses. */
export const liveIn = ({ blocks, text }: Message): string[] => {
  let id = 0;
  const accepted = acceptBlocks(structuredClone(blocks), () => `b${(id += 1)}`);
  return [...inlinesIn(showBlocks(accepted, { names: NAMES, people: [] })), ...inlinesIn(parseMrkdwn(text, NAMES))].map(named);
};

/** What is read of a message's text where it is shown in place of the blocks. */
export const readOfText = ({ text }: Pick<Message, 'text'>): string =>
  parseMrkdwn(text, NAMES)
    .map((part) =>
      'inlines' in part
        ? part.inlines.map((inline) => ('text' in inline ? inline.text : inline.character)).join('')
        : 'text' in part
          ? part.text
          : '',
    )
    .join('\n')
    .replaceAll('\u200a', '')
    .replaceAll('\u02cb', '`');

/** What is read of blocks, in their order. */
export const readOfBlocks = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([member, inner]) => (member === 'text' && typeof inner === 'string' ? inner : readOfBlocks(inner)))
    .join('');
};

/** Every string in a value. */
export const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
};

/** Elements of blocks with what they point at: kinds that are live without any parsing. */
export const elementsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(elementsIn);
  const { type, user_id: user, channel_id: channel, url } = value as Record<string, unknown>;
  if (type === 'user') return [`@${String(user)}`, ...inner];
  if (type === 'channel') return [`#${String(channel)}`, ...inner];
  if (type === 'link') return [String(url), ...inner];
  return ['broadcast', 'usergroup', 'emoji', 'color', 'team', 'mrkdwn', 'markdown'].includes(String(type)) ? [String(type), ...inner] : inner;
};

/** In no text that goes out, beside emoji and scripts that need them. */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these are what must not be there
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\uFFFE\uFFFF\p{Cs}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/u;
/** Symbols joined to others; a chain that no font knows is still seen as its symbols. */
const ALLOWED =
  /\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)+|\p{RGI_Emoji}|می\u200Cخواهم|葛\u{E0100}|क्\u200Dष/gv;

export const unseenIn = (text: string): string | undefined => FORBIDDEN.exec(text.replace(ALLOWED, ''))?.[0];
