import { angleCode } from './angle-code.ts';
import { emojiCharacter } from './emoji.ts';
import { unescape } from './escapes.ts';
import type { Inline, Names, Style, TextPart } from './parts.ts';

/** Slack's mrkdwn: paragraphs, quotes and preformatted text, with bold, italic, strike, code, links, mentions, dates and emoji inside. */
export const parseMrkdwn = (text: string, names: Names): TextPart[] =>
  text.split(/```/u).flatMap((piece, index, pieces): TextPart[] => {
    const fenced = index % 2 === 1 && index < pieces.length - 1;
    if (fenced) return [{ kind: 'preformatted', text: unescape(piece.replace(/^\n|\n$/gu, '')) }];
    const unclosed = index % 2 === 1 ? `\`\`\`${piece}` : piece;
    const loose = index > 0 ? unclosed.replace(/^\n/u, '') : unclosed;
    const trimmed = index < pieces.length - 1 ? loose.replace(/\n$/u, '') : loose;
    return trimmed === '' ? [] : paragraphs(trimmed, names);
  });

/** Runs of quoted lines and runs of others. */
const paragraphs = (text: string, names: Names): TextPart[] => {
  const runs: { readonly quoted: boolean; readonly lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^(&gt;|>)/u.test(line);
    const bare = quoted ? line.replace(/^(&gt;|>) ?/u, '') : line;
    const last = runs.at(-1);
    if (last?.quoted === quoted) last.lines.push(bare);
    else runs.push({ quoted, lines: [bare] });
  }
  return runs.map(({ quoted, lines }) => ({ kind: quoted ? 'quote' : 'paragraph', inlines: parseInline(lines.join('\n'), names) }));
};

/** What may begin inside a line: code, an angle code, an emphasis (not within a word), an emoji. */
const token =
  /`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<![\p{L}\p{N}])(?<mark>[*_~])(?<inner>\S|\S[^\n]*?\S)\k<mark>(?![\p{L}\p{N}])|:(?<emoji>[a-z0-9_+-]+):/u;

export const parseInline = (text: string, names: Names, style: Style = {}): Inline[] => {
  const found = token.exec(text);
  if (!found) return plain(text, style);
  const { code, angle, mark, inner, emoji } = found.groups ?? {};
  const rest = (): Inline[] => parseInline(text.slice(found.index + found[0].length), names, style);
  const before = plain(text.slice(0, found.index), style);
  if (code !== undefined) return [...before, { kind: 'text', text: unescape(code), style: { ...style, code: true } }, ...rest()];
  if (angle !== undefined) return [...before, ...angleCode(angle, names, style), ...rest()];
  if (inner !== undefined) return [...before, ...parseInline(inner, names, { ...style, ...styleOf[mark ?? ''] }), ...rest()];
  const character = emojiCharacter(emoji ?? '');
  const shown: Inline = character ? { kind: 'emoji', name: emoji ?? '', character } : { kind: 'text', text: found[0], style };
  return [...before, shown, ...rest()];
};

/** plain_text objects: emoji, and nothing else. */
export const parsePlain = (text: string): Inline[] =>
  text.split(/(:[a-z0-9_+-]+:)/u).flatMap((piece): Inline[] => {
    const name = piece.slice(1, -1);
    const character = piece.startsWith(':') ? emojiCharacter(name) : undefined;
    if (character) return [{ kind: 'emoji', name, character }];
    return piece === '' ? [] : [{ kind: 'text', text: piece, style: {} }];
  });

const styleOf: Readonly<Record<string, Style>> = { '*': { bold: true }, _: { italic: true }, '~': { strike: true } };

const plain = (text: string, style: Style): Inline[] => (text === '' ? [] : [{ kind: 'text', text: unescape(text), style }]);
