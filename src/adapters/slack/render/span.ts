import { clockTime } from '../../../domain/clock-time.ts';
import { parse, type Span, type Text, wordsAsSpans } from '../../../domain/text.ts';
import { cut, LIMITS } from '../limits.ts';
import type { RichTextElement } from './blocks.ts';

/** Words of others only ever become text of a span, which rich_text shows as it is: nothing in it can turn into a mention, a link or formatting. */
export type { Span };
export type Line = readonly Span[];

export const bold = (text: string): Span => ({ kind: 'bold', text });
export const code = (text: string): Span => ({ kind: 'code', text });
export const user = (id: string): Span => ({ kind: 'user', id });
export const link = (url: string, text: string): Span => ({ kind: 'link', url, text });
/** 14:02 */
export const at = (instant: string): Span => ({ kind: 'time', at: instant, seconds: false });
/** 14:02:07 */
export const atSecond = (instant: string): Span => ({ kind: 'time', at: instant, seconds: true });

/** Words from a step or a cluster: shown as they are, but that instants become times of the reader's own zone. */
export const prose = (words: string): Line => wordsAsSpans(cut(words, LIMITS.line));

/** A sentence in pgdist's markup, cut outside of it. */
export const rendered = (text: Text, style: 'plain' | 'bold' = 'plain'): Line => styled(shortened(parse(text), LIMITS.line), style);

/** The same, ending with a full stop unless it ends with a mark of its own. */
export const renderedSentence = (text: Text, style: 'plain' | 'bold' = 'plain'): Line => {
  const line = shortened(parse(text), LIMITS.line);
  const last = line.at(-1);
  return styled(typeof last === 'string' ? [...line.slice(0, -1), sentence(last)] : [...line, '.'], style);
};

/** Ends with a full stop, unless it ends with a mark of its own. */
export const sentence = (words: string): string => (/[!?…:.]$/.test(words.trim()) ? words.trimEnd() : `${words.trimEnd()}.`);

/** The lines of a text of any length. */
export const linesOf = (text: Text): readonly Line[] =>
  parse(text).reduce<Span[][]>(
    (done, span) => {
      const [first = '', ...others] = typeof span === 'string' ? span.split('\n') : [span];
      return [...done.slice(0, -1), [...(done.at(-1) ?? []), first], ...others.map((line) => [line])];
    },
    [[]],
  );

const styled = (line: Line, style: 'plain' | 'bold'): Line =>
  style === 'bold' ? line.map((span) => (typeof span === 'string' ? bold(span) : span)) : line;

/** At most `length` characters to read: what comes after them is left out, whole mentions, links and times among it. */
const shortened = (line: Line, length: number): Line => {
  let room = length;
  return line.flatMap((span): Span[] => {
    if (room <= 0) return [];
    const wanted = textOf(span).length;
    const kept = wanted <= room ? span : typeof span === 'string' ? cut(span, room) : 'text' in span ? { ...span, text: cut(span.text, room) } : '…';
    room -= wanted;
    return [kept];
  });
};

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
    case 'user':
      return { type: 'user', user_id: span.id };
    case 'group':
      return { type: 'usergroup', usergroup_id: span.id };
    case 'channel':
      return { type: 'channel', channel_id: span.id };
    case 'link':
      return { type: 'link', url: span.url, text: cut(span.text, LIMITS.line) };
    case 'time':
      return {
        type: 'date',
        timestamp: Math.floor(Date.parse(span.at) / 1000),
        format: formatOf(span),
        fallback: textOf(span),
      };
  }
};

/** What is read of a span where nothing is rendered. */
export const textOf = (span: Span): string => {
  if (typeof span === 'string') return span;
  if (span.kind === 'user' || span.kind === 'group' || span.kind === 'channel') return `${span.kind === 'channel' ? '#' : '@'}${span.id}`;
  if (span.kind === 'time') return clockTime(span.at, span);
  return span.text;
};

/** Slack's format of a date. */
export const formatOf = ({ seconds, day }: Extract<Span, { kind: 'time' }>): string =>
  `${day === true ? '{date_short_pretty} ' : ''}${seconds ? '{time_secs}' : '{time}'}`;
