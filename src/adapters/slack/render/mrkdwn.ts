import { visible } from '../../../domain/visible.ts';
import { cut, LIMITS } from '../limits.ts';
import { formatOf, type Line, type Span, textOf } from './span.ts';

/** The line as mrkdwn, for the `text` of a message and for its plainest form. Slack parses it: only what pgdist itself mentions means something there. */
export const mrkdwn = (line: Line): string => {
  let words = '';
  let done = '';
  const flush = (): void => {
    done += inert(words);
    words = '';
  };
  for (const span of line) {
    const token = tokenOf(span);
    // Neighbouring words are looked at together: the end of one and the start of the next may make a mark.
    if (token === undefined) words += cut(textOf(span), LIMITS.line);
    else {
      flush();
      done += token;
    }
  }
  flush();
  return done;
};

const tokenOf = (span: Span): string | undefined => {
  if (typeof span === 'string') return undefined;
  if (span.kind === 'user') return `<@${span.id}>`;
  if (span.kind === 'group') return `<!subteam^${span.id}>`;
  if (span.kind === 'channel') return `<#${span.id}>`;
  // The plainest form of a message must still lead there.
  if (span.kind === 'link')
    return `<${escaped(span.url.replace(/[\s<>|]/g, encodeURIComponent))}|${inert(cut(span.text, LIMITS.line)).replaceAll('\n', ' ')}>`;
  return span.kind === 'time' ? `<!date^${Math.floor(Date.parse(span.at) / 1000)}^${formatOf(span)}|${textOf(span)}>` : undefined;
};

/** Monospaced lines as mrkdwn. */
export const mrkdwnPre = (text: string): string => `\`\`\`\n${escaped(visible(text).replaceAll('`', GRAVE))}\n\`\`\``;

/** mrkdwn has no escape for its marks and no way to switch emoji codes off: a hair space after the mark keeps them from being one and is hardly seen. */
const HAIR_SPACE = '\u200A';
/** No space helps against backticks: this one looks the same. */
const GRAVE = '\u02CB';

const inert = (words: string): string =>
  escaped(words.replaceAll('`', GRAVE).replace(EMOJI_CODE, `:${HAIR_SPACE}`).replace(EMPHASIS, `$&${HAIR_SPACE}`).replace(QUOTE, `${HAIR_SPACE}>`));

/** A colon that begins :name:; the colons of a time are left alone. */
const EMOJI_CODE = /(?<!\d):(?=[\p{L}\p{M}\p{N}_+'’-]+:)|:(?=(?!\d+:)[\p{L}\p{M}\p{N}_+'’-]+:)/gu;
const EMPHASIS = /(?<![\p{L}\p{N}])[*_~](?!\s)/gu;
const QUOTE = /^>/gmu;

/** Slack's three control characters: without this `<!channel>` in a name would call the whole channel. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
