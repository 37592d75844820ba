/** What one text becomes another by: its first and last bytes stay, `insert` stands between them. */
interface TextEdit {
  /** Bytes of UTF-8 that stay at the beginning. */
  readonly keep: number;
  /** And at the end. */
  readonly rest: number;
  readonly insert: string;
}

/** The smallest edit from one text to the other, in whose insert stands all or nothing of each `whole`. */
export const editBetween = (before: string, after: string, whole: string): TextEdit => {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  start = outside(after, start, whole).from;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  end = after.length - outside(after, after.length - end, whole).to;
  return {
    keep: Buffer.byteLength(after.slice(0, start)),
    rest: Buffer.byteLength(after.slice(after.length - end)),
    insert: after.slice(start, after.length - end),
  };
};

/** The places next to `at` that are inside of no `whole` and of no character of two code units. */
const outside = (text: string, at: number, whole: string): { readonly from: number; readonly to: number } => {
  const found = text.indexOf(whole, Math.max(0, at - whole.length + 1));
  if (found !== -1 && found < at) return { from: found, to: found + whole.length };
  const splits = /[\uD800-\uDBFF]$/.test(text.slice(Math.max(0, at - 1), at));
  return splits ? { from: at - 1, to: at + 1 } : { from: at, to: at };
};
