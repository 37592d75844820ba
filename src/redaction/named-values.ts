import { HIDDEN } from './hidden.ts';

/** Ends of names whose values are secrets, whatever stands before: PGPASSWORD, db_password, X-Vault-Token, "client-key-data". */
const PASSWORD = [
  'pass(?:wor[dt]|wd|phrase|code)',
  '(?<![a-z])p[ ._]a[ ._]s[ ._]s[ ._]w[ ._]o[ ._]r[ ._]d',
  'requirepass',
  'masterauth',
  'secretvalue',
  '(?<=[_-])pw',
  'identified by',
  'kennwort',
  'mot de passe',
  'contrase(?:ñ|n)a',
].join('|');
const TOKEN = [
  'token',
  'secret[-_]?(?:access[-_]?)?key',
  '(?:client|app|signing|webhook|shared|consumer|oauth)[-_]?secret',
  '(?:api|access|account|auth|private|client|encryption|master|storage|subscription|signing|shared[-_]?access|pre-?shared|certificate|application)[-_]?key',
  '(?:unseal|recovery) key(?: \\d{1,3})?',
  'client[-_]?assertion',
  'connection[-_]?string',
  'shared[-_]?access[-_]?signature',
  'x-(?:amz|goog)-signature',
  '(?<=[?&;])(?:sig|signature)',
  '_auth',
  'dockerconfigjson',
  'dockercfg',
].join('|');
/** Their values are secrets only if they look like one: people write these words for other things, too. */
const AMBIGUOUS = `pwd|pass|secret|licen[cs]e(?:[-_]?key)?|credentials?|(?<=["'])auth(?=\\\\{0,64}["'])`;
const HEADER = '(?:proxy-)?authorization|(?:set-)?cookie';
const QUOTE = `\\\\{0,64}["'\`]|%22|&quot;|&#34;`;
const SETS = `(?:${QUOTE})?\\]?[ \\t]{0,4}(?:[:=]|%(?:25){0,8}3[AaDd]|-{1,2}(?=>))>?[ \\t]{0,4}\\[?(?:[|>][-+]?(?:\\r?\\n|\\\\{1,64}n)[ \\t]{1,12})?`;

const NAME = new RegExp(
  `(?:(${PASSWORD})|(${TOKEN})|(${AMBIGUOUS})|(${HEADER}))(?:[-_]?(?:data|base64|b64|value))?(?:(${SETS}|>(?=[^\\s<]))|([ \\t]{1,4}(?:(?:is|was)[ \\t]{1,4})?))`,
  'gi',
);
/** PostgreSQL writes E'…' for a text with escapes. */
const OPENING = new RegExp(`(?:[EN](?='))?(?<quote>${QUOTE})`, 'iy');
/** To the next gap, quote, or mark behind which something else begins; a comma and a semicolon may belong to a password. */
const BARE = /(?:[^\s"'`<>&,;\\]|[,;](?!\s|$|[\w.-]{1,40}=)|\\(?![nrt"'\\]))+/y;
/** A header's value has gaps. */
const REST_OF_LINE = /(?:[^\r\n"'`<>\]\\]|\\(?![nrt"'\\]))+/y;

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** The text without the values of what is called a password, token, key, cookie and the like, in YAML, JSON, flags, queries, headers, SQL. */
export const hideNamedValues = (text: string): string => {
  let safe = '';
  let from = 0;
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [, password, token, ambiguous, header, sets] = match;
    const value = valueAt(text, NAME.lastIndex, header !== undefined);
    if (value === undefined) continue;
    const words = text.slice(value.start, value.end);
    const after = text.slice(value.end, value.end + 8);
    const before = text.slice(Math.max(0, match.index - 160), match.index);
    const is =
      sets === undefined
        ? isFlagged(before, words, password !== undefined, value.quoted) && !SAID.test(words)
        : sets === '>'
          ? /<[\w:.-]{0,60}$/.test(before) && !NOTHING.test(words)
          : sets.includes('->') && (password === undefined || words.startsWith('.'))
            ? false
            : !(sets === ':' && isImage(before, words)) &&
              isSecret(words, after, value.quoted, ambiguous?.toLowerCase()) &&
              !(token !== undefined && isCount(words));
    if (!is || (token === undefined && password === undefined && ambiguous === undefined && header === undefined)) continue;
    safe += text.slice(from, value.start) + HIDDEN;
    from = value.end;
    NAME.lastIndex = value.end;
  }
  return from === 0 ? text : safe + text.slice(from);
};

/** True for the name of a setting whose value is a secret: 'spec.password', 'PGPASSWORD'. */
export const namesSecret = (name: string): boolean => NAMED.test(name.slice(-64));
const NAMED = new RegExp(`(?:${PASSWORD}|token|(?:secret|api|access|account|private|client)[-_]?key)(?:[-_]?data)?$`, 'i');

/** The head of a block of YAML that holds a secret. */
export const NAMED_BLOCK = new RegExp(`(?:${PASSWORD}|${TOKEN}|secret|licen[cs]e)["']?:[ \\t]{1,4}[|>][-+]?[ \\t]{0,8}$`, 'i');

const valueAt = (text: string, at: number, wholeLine: boolean): Value | undefined => {
  OPENING.lastIndex = at;
  const opened = OPENING.exec(text);
  const opening = opened?.groups?.['quote'];
  if (opening !== undefined) return { start: OPENING.lastIndex, end: closing(text, OPENING.lastIndex, opening), quoted: true };
  const bare = wholeLine ? REST_OF_LINE : BARE;
  bare.lastIndex = at;
  const found = bare.exec(text)?.[0];
  if (found === undefined) return undefined;
  let { length } = found;
  while (length > 0 && '()[]{}.,:;!?'.includes(found.charAt(length - 1))) length -= 1;
  return length === 0 ? undefined : { start: at, end: at + length, quoted: false };
};

/** Where a quoted value ends: at the same quote with as many backslashes, at a quote with fewer (the text around ends there), or with the text. */
const closing = (text: string, start: number, opening: string): number => {
  const quote = opening.slice(-1);
  if (!`"'\``.includes(quote)) {
    const end = text.indexOf(opening, start);
    return end === -1 ? text.length : end;
  }
  for (let at = text.indexOf(quote, start); at !== -1; at = text.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (slashes < 65 && at - slashes - 1 >= start && text.charAt(at - slashes - 1) === '\\') slashes += 1;
    if (slashes < opening.length || (opening.length === 1 && slashes % 2 === 0)) return at - slashes;
  }
  return text.length;
};

const NOTHING =
  /^(?:|[|>][-+]?|null|true|false|none|nil|undefined|unset|<[\w ./-]{0,60}>?|\*{1,40}|\.{1,10}|REDACTED|DATA\+OMITTED|OMITTED|\(hidden\)?|\$[({][\w.-]{1,80}[)}]?|\{\{.{0,80})$/i;
/** Words with which a sentence goes on after a colon. */
const SAID =
  /^(?:expired|invalid|missing|required|wrong|empty|unauthorized|unauthenticated|forbidden|denied|revoked|unknown|rejected|refused|mismatch|malformed|incorrect|disabled|enabled|absent|found|yes|no|ok|valid|must|cannot|default)$/i;

const isSecret = (words: string, after: string, quoted: boolean, ambiguous: string | undefined): boolean => {
  if (NOTHING.test(words) || words.startsWith('{')) return false;
  if (!quoted && isProse(words, after)) return false;
  switch (ambiguous) {
    case undefined:
      return true;
    case 'pwd':
    case 'pass':
      return !words.startsWith('/') && words.length >= 4 && !/^\d{1,6}$/.test(words);
    // What docker's configuration calls so is base64.
    case 'auth':
      return quoted && words.length >= 8 && /^[\w+/=-]+$/.test(words);
    // Of a Secret only the name is told as a rule.
    case 'secret':
      return words.length >= 8 && /[A-Z\d]/.test(words) && !/^[a-z][a-z\d]{0,20}(?:[-./][a-z\d]{1,20})+$/.test(words);
    default:
      return words.length >= 16 && /\d/.test(words) && !words.includes('/') && !words.includes(' ');
  }
};

/** '--token abc', "PASSWORD 'abc'", 'login app password abc1'. */
const isFlagged = (before: string, words: string, password: boolean, quoted: boolean): boolean => {
  if (NOTHING.test(words)) return false;
  if (/(?:^|\s)--?[\w-]{0,60}$/.test(before)) return quoted || !/^[A-Z]?[a-z]{1,20}$/.test(words);
  if (!password) return false;
  if (/\b(?:alter|create)\s{1,4}(?:role|user)\b/i.test(before) && quoted) return true;
  // A line of .netrc.
  if (/\bmachine\s{1,4}\S{1,60}\s{1,4}login\s{1,4}\S{1,60}\s{1,4}$/.test(before)) return true;
  return quoted ? words.length > 0 && words.length < 200 && !words.includes(' ') : words.length >= 8 && /\d/.test(words) && /[A-Za-z]/.test(words);
};

const isProse = (words: string, after: string): boolean => {
  if (!/^[A-Za-z]{1,20}(?: [A-Za-z']{1,20}){0,20}$/.test(words)) return false;
  return words.includes(' ') || SAID.test(words) || /^[)\]}.,:;!?]{0,3}\s+[A-Za-z("]/.test(after);
};

/** 'serviceAccountToken: 3607' */
const isCount = (words: string): boolean => /^\d{1,5}$/.test(words);

/** 'ghcr.io/org/token:v1.2' */
const isImage = (before: string, words: string): boolean => /\/[\w.-]{0,60}$/.test(before) && /^v?\d[\w.-]{0,40}$/.test(words);
