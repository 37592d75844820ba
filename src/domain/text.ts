import { beginning } from './cut.ts';

declare const markup: unique symbol;

/**
 * A sentence for people in pgdist's one small markup: `code` between backticks, **bold**, and the tokens {user:U0ALICE}, {group:S0DBA}, {channel:C0DATABASES},
 * {time:ISO} and {link:URL|TEXT}; an instant as a machine writes it becomes a time with its day. A backslash takes the meaning from the character
 * after it. A string while the program runs, but made by `told` alone: words of others have no other way in, and are escaped on it.
 */
export interface Text {
  readonly [markup]: true;
}

/** A piece of a line as it is shown; nothing in its text has a meaning any more. */
export type Span =
  | string
  | { readonly kind: 'bold' | 'code'; readonly text: string }
  | { readonly kind: 'user'; readonly id: string }
  /** A user group. */
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'channel'; readonly id: string }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  /** An instant, shown in the reader's own time zone. */
  | { readonly kind: 'time'; readonly at: string; readonly seconds: boolean; readonly day?: boolean };

/** Markup that goes into a sentence as it is, where a string would be escaped. */
export class Phrase {
  readonly text: Text;
  constructor(text: Text) {
    this.text = text;
  }
}

type Piece = string | number | Phrase;

/** told`Run ${code(id)} is stopping.` What is put in is shown as it is, backticks, braces and all, unless it is a phrase. */
export const told = (sentence: TemplateStringsArray, ...pieces: readonly Piece[]): Text =>
  sentence.reduce((done, authored, at) => `${done}${markupOf(pieces[at - 1] ?? '')}${authored}`) as unknown as Text;

/** The same for a part of a sentence. */
export const phrase = (sentence: TemplateStringsArray, ...pieces: readonly Piece[]): Phrase => new Phrase(told(sentence, ...pieces));

/** Words of others as a sentence: shown as they are. */
export const verbatim = (words: string): Text => told`${words}`;
/** A whole sentence inside of another. */
export const within = (text: Text): Phrase => new Phrase(text);
/** Sentences one after the other; undefined ones leave nothing behind. */
export const joined = (texts: readonly (Text | Phrase | undefined)[], separator: string): Text =>
  texts
    .filter((text) => text !== undefined)
    .map((text) => markupOf(text instanceof Phrase ? text : within(text)))
    .join(escape(separator)) as unknown as Text;

export const code = (words: string): Phrase => (words === '' ? phrase`“”` : trusted(`\`${words.replace(/[\\`]/g, String.raw`\$&`)}\``));
/** Exported for tests. */
export const bold = (words: string): Phrase => phrase`**${words}**`;
/** A person by Slack's id; anything else is shown as it is. */
export const user = (id: string): Phrase => (/^[UW][A-Z0-9]+$/.test(id) ? phrase`{user:${id}}` : phrase`@${id}`);
/** A user group by Slack's id; anything else is shown as it is. */
export const group = (id: string): Phrase => (/^S[A-Z0-9]+$/.test(id) ? phrase`{group:${id}}` : phrase`@${id}`);
export const channel = (id: string): Phrase => (/^[CG][A-Z0-9]+$/.test(id) ? phrase`{channel:${id}}` : phrase`#${id}`);
/** 14:02 in the reader's time zone; what is no instant is shown as it is. */
export const time = (iso: string): Phrase => (/^[0-9T:.Z+-]+$/.test(iso) ? trusted(`{time:${iso}}`) : phrase`${iso}`);
/** today 14:02:07, or the day before it. Exported for tests. */
export const moment = (iso: string): Phrase => (WHOLE_INSTANT.test(iso) ? trusted(iso) : phrase`${iso}`);
export const link = (url: string, words: string): Phrase =>
  /^https?:\/\//.test(url) ? trusted(`{link:${url.replace(/[\s|{}\\`*]/g, encodeURIComponent)}|${escape(words)}}`) : phrase`${words}`;

/** The markup itself, for a log. */
export const sourceOf = (text: Text): string => text as unknown as string;

/** What is shown of a sentence: the one parser of the markup. */
export const parse = (text: Text): readonly Span[] => spansOf(sourceOf(text), MARKUP);

/** Words that were never markup: nothing in them is looked at but instants, as JSON, Go and PostgreSQL write them, which become times of the reader. */
export const wordsAsSpans = (words: string): readonly Span[] => spansOf(words, FOREIGN_INSTANTS);

/** At most `length` characters of the sentence, ended before what is code, bold, a link or a token: half of one would let its words out. */
export const cutSentence = (text: Text, length: number): Text => cutSource(sourceOf(text), length) as unknown as Text;

/** The same for a sentence that is kept as its markup. */
export const cutSource = (source: string, length: number): string => {
  if (source.length <= length) return source;
  let end = beginning(source, length - 1).length;
  for (const { 0: token, index } of source.matchAll(MARKUP)) {
    if (index >= end) break;
    if (index + token.length > end) end = index;
  }
  return `${source.slice(0, end)}…`;
};

/** The same sentence with other words: what it means stays, and a change can neither make markup nor break it. */
export const withWords = (text: Text, change: (words: string) => string): Text =>
  joined(
    parse(text).map((span) => {
      if (typeof span === 'string') return phrase`${change(span)}`;
      switch (span.kind) {
        case 'code':
          return code(change(span.text));
        case 'bold':
          return bold(change(span.text));
        case 'link':
          return link(span.url, change(span.text));
        case 'user':
          return user(span.id);
        case 'group':
          return group(span.id);
        case 'channel':
          return channel(span.id);
        case 'time':
          return span.day === true ? moment(span.at) : time(span.at);
      }
    }),
    '',
  );

/** The sentence as words, for where nothing is rendered: a file, a log, the evidence of another sentence. Only code keeps its backticks. */
export const plainText = (text: Text): string =>
  parse(text)
    .map((span) => {
      if (typeof span === 'string') return span;
      switch (span.kind) {
        case 'user':
        case 'group':
          return `@${span.id}`;
        case 'channel':
          return `#${span.id}`;
        case 'time':
          return span.at;
        case 'code':
          return `\`${span.text}\``;
        case 'bold':
        case 'link':
          return span.text;
      }
    })
    .join('');

/** The words of a sentence that was kept as its markup (an audit entry); whatever it holds, nothing in what is returned is markup. */
export const plainWords = (source: string): string => plainText(source as unknown as Text);

const INSTANT = String.raw`\b(?<instant>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)`;
const WHOLE_INSTANT = new RegExp(`^${INSTANT}$`, 'u');
/** 2026-11-22T14:02:07+01:00, 2026-11-22 14:02:07.123+00, 2026-11-22 14:02:07 +0000 UTC: without a zone nobody can tell when it is. */
const FOREIGN_INSTANTS = /\b(?<instant>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z| ?UTC| ?[+-]\d\d(?::?\d\d)?(?: UTC)?))(?![\w:])/gu;
const FOREIGN_INSTANT =
  /^(?<date>\d{4}-\d\d-\d\d)[T ](?<clock>\d\d:\d\d:\d\d)(?<fraction>\.\d{1,3})?\d* ?(?:Z|UTC|(?<hours>[+-]\d\d):?(?<minutes>\d\d)?)/u;
const MARKUP = new RegExp(
  [
    String.raw`\\(?<escaped>.)`,
    String.raw`${'`'}(?<code>(?:\\.|[^${'`'}\\])+)${'`'}`,
    String.raw`\*\*(?<bold>(?:\\.|[^*\\])+)\*\*`,
    String.raw`\{user:(?<user>[UW][A-Z0-9]+)\}`,
    String.raw`\{group:(?<group>S[A-Z0-9]+)\}`,
    String.raw`\{channel:(?<channel>[CG][A-Z0-9]+)\}`,
    String.raw`\{time:(?<time>[0-9T:.Z+-]+)\}`,
    String.raw`\{link:(?<url>https?:\/\/[^|{}\s\\]+)\|(?<label>(?:\\.|[^{}\\])+)\}`,
    INSTANT,
  ].join('|'),
  'gsu',
);

const spansOf = (source: string, grammar: RegExp): readonly Span[] => {
  const spans: Span[] = [];
  const add = (span: Span): void => {
    const last = spans.at(-1);
    if (typeof span === 'string' && typeof last === 'string') spans[spans.length - 1] = last + span;
    else if (span !== '') spans.push(span);
  };
  let end = 0;
  for (const found of source.matchAll(grammar)) {
    add(source.slice(end, found.index));
    add(spanOf(found[0], found.groups ?? {}));
    end = found.index + found[0].length;
  }
  add(source.slice(end));
  return spans;
};

const spanOf = (source: string, groups: Readonly<Record<string, string | undefined>>): Span => {
  const { escaped, code: codeWords, bold: boldWords, user: userId, group: groupId, channel: channelId, time: at, url, label, instant } = groups;
  if (escaped !== undefined) return escaped;
  if (codeWords !== undefined) return { kind: 'code', text: unescape(codeWords) };
  if (boldWords !== undefined) return { kind: 'bold', text: unescape(boldWords) };
  if (userId !== undefined) return { kind: 'user', id: userId };
  if (groupId !== undefined) return { kind: 'group', id: groupId };
  if (channelId !== undefined) return { kind: 'channel', id: channelId };
  if (url !== undefined) return { kind: 'link', url, text: unescape(label ?? url) };
  if (at !== undefined && isInstant(at)) return { kind: 'time', at, seconds: false };
  const seen = instant === undefined ? undefined : inUtc(instant);
  if (seen !== undefined) return { kind: 'time', at: seen, seconds: true, day: true };
  return source;
};

/** The same instant as ISO 8601 in UTC; undefined of a day or an hour that there is not. */
const inUtc = (instant: string): string | undefined => {
  if (WHOLE_INSTANT.test(instant)) return isInstant(instant) ? instant : undefined;
  const { date, clock, fraction = '', hours, minutes = '00' } = FOREIGN_INSTANT.exec(instant)?.groups ?? {};
  const at = new Date(`${date}T${clock}${fraction}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

const isInstant = (iso: string): boolean => !Number.isNaN(Date.parse(iso));

const markupOf = (piece: Piece): string => (piece instanceof Phrase ? sourceOf(piece.text) : escape(String(piece)));

/** Nothing in the words begins or ends markup afterwards; an instant is broken before its T. */
const escape = (words: string): string => words.replace(/[\\`*{}]|(?<=\d{4}-\d\d-\d\d)T/g, String.raw`\$&`);

const unescape = (source: string): string => source.replace(/\\(.)/gsu, '$1');

const trusted = (source: string): Phrase => new Phrase(source as unknown as Text);
