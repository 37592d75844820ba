import { HIDDEN } from './hidden.ts';
import { NAMED_BLOCK as BLOCK } from './named-values.ts';
import type { KnownSecrets } from './known-secrets.ts';

/** Of a longer line the rest is left out before anything looks at it; characters. */
const LONGEST_LINE = 8_192;
/** A line that breaks off inside a token is at least this long: tools wrap at some width. */
const SHORTEST_WRAPPED = 40;

/** Makes the lines of one tool safe, one after another: a PEM block or a token may go on from one line to the next. */
export const lineCleaner = (clean: (text: string) => string, known: KnownSecrets, longest = LONGEST_LINE): ((line: string) => string) => {
  let insidePem = false;
  /** Behind 'password: |' in YAML. */
  let insideBlock = false;
  let brokenOff = false;
  /** Below 'kind: Secret'. */
  let ofSecret = false;
  return (whole) => {
    const line = whole.length > longest ? withoutBrokenToken(whole.slice(0, longest)) : whole;
    if (insidePem) {
      insidePem = !END.test(line) && PEM_LINE.test(line);
      if (insidePem || END.test(line)) return HIDDEN;
    }
    const start = line.lastIndexOf('-----BEGIN ');
    if (start !== -1 && /^-----BEGIN [A-Z0-9 ]{1,60}-----/.test(line.slice(start, start + 80)) && !END.test(line.slice(start))) {
      insidePem = true;
      return clean(line.slice(0, start)) + HIDDEN;
    }
    if (insideBlock && /^[ \t]+\S/.test(line)) return HIDDEN;
    const kind = KIND.exec(line.slice(0, 120))?.[1];
    if (kind !== undefined || line === '---') ofSecret = kind === 'Secret';
    insideBlock =
      (/[|>][-+]?[ \t]{0,8}$/.test(line.slice(-16)) && BLOCK.test(line.slice(-120))) ||
      /^[ \t]{0,80}stringData:[ \t]{0,8}$/.test(line.slice(0, 120)) ||
      (ofSecret && /^[ \t]{0,80}data:[ \t]{0,8}$/.test(line.slice(0, 120)));
    const clear = clean(known.hidePieces(line));
    const safe = brokenOff ? clear.replace(/^[ \t]{0,80}(?:[\w+/=.~-]{40,}|[\w+/=.~-]{8,}(?![\w+/=.~:-]))/, HIDDEN) : clear;
    brokenOff = line.length >= SHORTEST_WRAPPED && safe.endsWith(HIDDEN) && !line.endsWith(HIDDEN) && /[\w+/=.~-]$/.test(line);
    return safe;
  };
};

/** True for a text in which a secret may go on from one line to the next: `safe` is what is left of it without those of one line. */
export const goesOn = (text: string, safe: string): boolean => safe.includes(`${HIDDEN}\n`) || HEADED.test(text);
const HEADED = /:[ \t]{1,4}[|>][-+]?[ \t]{0,8}\n/;

const KIND = /^[ \t]{0,80}kind:[ \t]{1,4}["']?([A-Za-z]{1,63})/;

const END = /-----END [A-Z0-9 ]{1,60}-----/;
/** Base64, an empty line or a header of an encrypted key; anything else means that the block broke off. */
const PEM_LINE = /^[\s>|]{0,80}(?:[A-Za-z0-9+/=]{0,200}|(?:Proc-Type|DEK-Info|Comment|Version): .{0,200})\s{0,80}$/;

const withoutBrokenToken = (line: string): string => {
  let end = line.length;
  while (end > 0 && /[^\s"']/.test(line.charAt(end - 1))) end -= 1;
  return `${line.slice(0, end)}…`;
};
