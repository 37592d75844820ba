import { cut, LIMITS } from '../limits.ts';
import type { RichTextElement } from './blocks.ts';
import { clockTime } from './time.ts';

/**
 * A piece of a line. What comes from outside (names, errors, evidence) only ever becomes `text`, `bold` or `code`, which Slack's
 * rich_text shows as it is: nothing in it can turn into a mention, a link or formatting.
 */
export type Span =
  | string
  | { readonly kind: 'bold' | 'code' | 'quiet'; readonly text: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'channel'; readonly id: string }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  /** An instant, shown in the reader's own time zone. */
  | { readonly kind: 'time'; readonly at: string; readonly seconds: boolean; readonly day?: boolean };

export type Line = readonly Span[];

export const bold = (text: string): Span => ({ kind: 'bold', text });
export const code = (text: string): Span => ({ kind: 'code', text });
export const user = (id: string): Span => ({ kind: 'user', id });
export const link = (url: string, text: string): Span => ({ kind: 'link', url, text });
/** 14:02 */
export const at = (instant: string): Span => ({ kind: 'time', at: instant, seconds: false });
/** 14:02:07 */
export const atSecond = (instant: string): Span => ({ kind: 'time', at: instant, seconds: true });

/** today 14:02:07, or the day before it */
const on = (instant: string): Span => ({ kind: 'time', at: instant, seconds: true, day: true });

/**
 * A sentence from a step or a cluster: what stands between backticks is code, instants become times of the reader's own zone, everything else is
 * shown as it is.
 */
export const prose = (text: string, style: 'plain' | 'bold' = 'plain'): Line =>
  text
    .split(PIECES)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (/^`[^`]+`$/.test(piece)) return code(piece.slice(1, -1));
      if (INSTANT.test(piece) && !Number.isNaN(Date.parse(piece))) return on(piece);
      return style === 'bold' ? bold(piece) : piece;
    });

const PIECES = /(`[^`]+`|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Joins what is there with ' · '. */
export const dotted = (...parts: readonly (Line | undefined)[]): Line =>
  parts.filter((part): part is Line => part !== undefined && part.length > 0).flatMap((part, index) => (index === 0 ? part : [' · ', ...part]));

/** Elements of a rich_text_section; Slack refuses empty texts. */
export const toElements = (line: Line): RichTextElement[] => line.filter((span) => textOf(span) !== '').map(toElement);

const toElement = (span: Span): RichTextElement => {
  if (typeof span === 'string') return { type: 'text', text: cut(span, LIMITS.line) };
  switch (span.kind) {
    case 'bold':
      return { type: 'text', text: cut(span.text, LIMITS.line), style: { bold: true } };
    case 'code':
      return { type: 'text', text: cut(span.text, LIMITS.line), style: { code: true } };
    case 'quiet':
      return { type: 'text', text: cut(span.text, LIMITS.line), style: { italic: true } };
    case 'user':
      return { type: 'user', user_id: span.id };
    case 'channel':
      return { type: 'channel', channel_id: span.id };
    case 'link':
      return { type: 'link', url: span.url, text: span.text };
    case 'time':
      return {
        type: 'date',
        timestamp: Math.floor(Date.parse(span.at) / 1000),
        format: formatOf(span),
        fallback: textOf(span),
      };
  }
};

/** The line for `text` of a message, which Slack parses: everything from outside is escaped. */
export const fallback = (line: Line): string =>
  line
    .map((span) => {
      if (typeof span === 'string') return escape(span);
      if (span.kind === 'user') return `<@${span.id}>`;
      if (span.kind === 'channel') return `<#${span.id}>`;
      if (span.kind === 'time') return `<!date^${Math.floor(Date.parse(span.at) / 1000)}^${formatOf(span)}|${textOf(span)}>`;
      return escape(textOf(span));
    })
    .join('');

/** Slack's three control characters: without this `<!channel>` in a name would call the whole channel. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const textOf = (span: Span): string => {
  if (typeof span === 'string') return span;
  if (span.kind === 'user' || span.kind === 'channel') return `${span.kind === 'user' ? '@' : '#'}${span.id}`;
  if (span.kind === 'time') return `${span.day === true ? `${span.at.slice(0, 10)} ` : ''}${clockTime(span.at, span.seconds)}`;
  return span.text;
};

const formatOf = ({ seconds, day }: Extract<Span, { kind: 'time' }>): string =>
  `${day === true ? '{date_short_pretty} ' : ''}${seconds ? '{time_secs}' : '{time}'}`;
