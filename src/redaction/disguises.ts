/** What a reader, or the next program, does not see or reads as an ordinary letter. */
const UNSEEN = /(?![\n\r\t\f\v])[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
/** Colours and cursors of terminals. */
const TERMINAL = /(?:\p{Cc}\[|\x9B)[\d;?]{0,32}[ \-/]{0,4}[@-~]/gu;
/** Fullwidth and mathematical letters, letters in circles, marks of the same kind. */
const LOOKALIKE = /[\uFF01-\uFF5E\u24B6-\u24E9\u{1D400}-\u{1D7FF}]/gu;
/** A letter that an address need not encode, however often it is encoded. */
const ENCODED_LETTER = /%(?:25){0,8}(4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/gi;

/** The text as it is read: without what is not seen, with plain letters in place of those that look alike. The same text where nothing is disguised. */
export const undisguised = (text: string): string =>
  DISGUISED.test(text)
    ? text
        .replace(TERMINAL, '')
        .replace(UNSEEN, '')
        .replace(LOOKALIKE, (letter) => letter.normalize('NFKC'))
        .replace(ENCODED_LETTER, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

const DISGUISED = /(?![\n\r\t\f\v])[\p{Default_Ignorable_Code_Point}\p{Cc}\uFF01-\uFF5E\u24B6-\u24E9\u{1D400}-\u{1D7FF}]|%(?:25){0,8}[4-7]/u;
