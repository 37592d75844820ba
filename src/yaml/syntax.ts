import type { LineCounter, YAMLError } from 'yaml';
import type { YamlFault } from './fault.ts';
import { NO_YAML } from './text.ts';

/** What to do about the parser's error codes. Its own messages quote the text, which may hold secrets. */
const SENTENCES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'begins a second document; one file holds one document, so remove the line `---` or `...`',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag that is not known here; remove the tag (the word that begins with `!`)',
  MULTIPLE_TAGS: 'has two tags; remove them',
  BAD_ALIAS: 'has an alias (`*…`) or anchor (`&…`) that is not written as YAML wants it; write the value out',
  ALIAS_PROPS: 'has an alias (`*…`) with an anchor or a tag of its own; write the value out',
  MULTIPLE_ANCHORS: 'has two anchors (`&…`); remove them',
  BAD_DIRECTIVE: 'begins with `%`, a directive that is not taken; remove the line',
  BAD_DQ_ESCAPE: 'has an escape that YAML does not know inside double quotes; use single quotes',
  BAD_INDENT: 'is indented otherwise than the lines around it',
  BAD_SCALAR_START: 'begins with a character that YAML reserves; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has a second `key:` on one line; put it on a line of its own, or the value in quotes',
  BLOCK_IN_FLOW: 'goes on in lines of their own inside `[…]` or `{…}`; close the bracket first',
  KEY_OVER_1024_CHARS: 'has a key of more than 1024 characters',
  MISSING_CHAR: 'lacks a character: a closing quote or bracket, a comma, or the `:` after a key',
  MULTILINE_IMPLICIT_KEY: 'has a key without its `:`, or one that goes over several lines',
};

/** The parser has one code for what stands too far left, and the bracket that is still open is the reason as a rule. */
const OPEN_BRACKET = 'is inside a bracket that is not closed; end `[` with `]` and `{` with `}`';

export const syntaxFault = ({ code, message, pos: [start] }: YAMLError, lines: LineCounter): YamlFault => ({
  path: [],
  line: lines.linePos(start).line,
  message: code === 'BAD_INDENT' && message.includes('and end with a') ? OPEN_BRACKET : (SENTENCES[code] ?? NO_YAML),
});
