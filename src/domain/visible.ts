/**
 * Makes visible what a client would not show, or would let change how its neighbours are shown: control characters, bidirectional controls, characters
 * of no width, tags, lone surrogates, separators of lines and paragraphs, and marks piled upon one letter. Each becomes its code point, ‹U+202E›.
 * Line feeds and tabs stay, and so does what writing needs: joined emoji and flags, joiners between letters of scripts that join, variants of ideographs.
 * Doing it twice is the same as once.
 */
export const visible = (text: string): string =>
  SUSPICIOUS.test(text)
    ? text
        .replaceAll('\r\n', '\n')
        .replace(PIECES, (piece, kept?: string, base?: string, marks?: string) =>
          kept === undefined ? (base === undefined ? codePoints(piece) : `${base}${fewMarks(marks ?? '')}`) : piece,
        )
    : text;

/** Default_Ignorable holds the characters of no width, the tags and the variation selectors; the code points taken out are signs that Arabic and Kaithi show. */
const UNSEEN = String.raw`[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u2800]--[\n\t\u0600-\u0605\u06DD\u0890\u0891\u08E2\u{110BD}\u{110CD}]]`;

/** One symbol, its skin and its variant, and others joined to it; a keycap; or a flag of a part of the United Kingdom, the only ones made of tags. */
const SYMBOL = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?[\uFE0E\uFE0F]?`;
const ENGLAND_SCOTLAND_WALES = String.raw`(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})`;
const EMOJI = String.raw`\u{1F3F4}\u{E0067}\u{E0062}${ENGLAND_SCOTLAND_WALES}\u{E007F}|${SYMBOL}(?:\u200D${SYMBOL}){0,9}|[0-9#*]\uFE0F\u20E3`;

/** Persian words need the one that keeps letters apart; Indic clusters both, right after the sign that takes a vowel away. */
const JOINER = String.raw`(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})|(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D](?=\p{L})`;

const IDEOGRAPH = String.raw`\p{Script=Han}[\u{E0100}-\u{E01EF}]`;
const MARK = String.raw`[\p{M}--\p{Default_Ignorable_Code_Point}]`;

const SUSPICIOUS = new RegExp(String.raw`\r|\p{M}|${UNSEEN}`, 'v');
const PIECES = new RegExp(String.raw`(${EMOJI}|${JOINER}|${IDEOGRAPH})|([\p{L}\p{N}\p{S}\p{P}])(${MARK}+)|${UNSEEN}|${MARK}`, 'gv');

/** Of marks without a script of their own an alphabet piles up three at most (Vietnamese two); scripts that are made of marks need more. */
const MOST_INHERITED = 3;
const MOST_MARKS = 6;

const fewMarks = (marks: string): string => {
  let inherited = 0;
  return Array.from(marks, (mark, at) => {
    if (/\p{Script=Inherited}/v.test(mark)) inherited += 1;
    return at < MOST_MARKS && inherited <= MOST_INHERITED ? mark : codePoints(mark);
  }).join('');
};

const codePoints = (piece: string): string =>
  Array.from(piece, (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`).join('');
