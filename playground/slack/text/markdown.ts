import { parseInline } from './mrkdwn.ts';
import type { Names, TextPart } from './parts.ts';

/** The part of standard Markdown that a markdown block commonly has: headings, lists, quotes, code, bold, links. */
export const parseMarkdown = (text: string, names: Names): TextPart[] =>
  text.split(/```\w*/u).flatMap((piece, index): TextPart[] => {
    if (index % 2 === 1) return [{ kind: 'preformatted', text: piece.replace(/^\n|\n$/gu, '') }];
    return piece
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => lineOf(line, names));
  });

const lineOf = (line: string, names: Names): TextPart => {
  const [, heading] = /^#{1,6}\s+(.*)$/u.exec(line) ?? [];
  if (heading !== undefined) return { kind: 'heading', inlines: parseInline(toMrkdwn(heading), names) };
  const [, quote] = /^>\s?(.*)$/u.exec(line) ?? [];
  if (quote !== undefined) return { kind: 'quote', inlines: parseInline(toMrkdwn(quote), names) };
  const [, spaces = '', marker, item] = /^(\s*)([-*+]|\d+\.)\s+(.*)$/u.exec(line) ?? [];
  if (marker !== undefined && item !== undefined) {
    const ordered = /\d/u.test(marker);
    return {
      kind: 'list',
      ordered,
      indent: Math.trunc(spaces.length / 2),
      first: ordered ? Number.parseInt(marker, 10) : 1,
      items: [parseInline(toMrkdwn(item), names)],
    };
  }
  return { kind: 'paragraph', inlines: parseInline(toMrkdwn(line), names) };
};

/** Emphasis and links in mrkdwn's marks. */
const toMrkdwn = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/gu, '<$2|$1>')
    .replace(/(?<!\*)\*(?!\*)([^*]+)\*(?!\*)/gu, '_$1_')
    .replace(/\*\*([^*]+)\*\*/gu, '*$1*')
    .replace(/~~([^~]+)~~/gu, '~$1~');
