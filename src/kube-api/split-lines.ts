/** Cuts a stream of bytes into lines. A line longer than `most` bytes is handed to `longer`, which throws or says how much of it is kept. */
interface LineSplitter {
  /** Complete lines, without their ends. */
  add(chunk: Buffer): Generator<string>;
  /** What stands behind the last line end. */
  rest(): string;
}

const NEWLINE = 0x0a;

export const lineSplitter = (most: number, longer: 'cut' | (() => Error)): LineSplitter => {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const keep = (piece: Buffer): void => {
    if (bytes + piece.length > most && longer !== 'cut') throw longer();
    const kept = piece.subarray(0, most - bytes);
    if (kept.length === 0) return;
    pieces.push(kept);
    bytes += kept.length;
  };
  const line = (): string => {
    const text = Buffer.concat(pieces).toString('utf8');
    pieces = [];
    bytes = 0;
    return text;
  };
  return {
    *add(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end === -1) break;
        keep(chunk.subarray(start, end));
        yield line();
        start = end + 1;
      }
      keep(Buffer.from(chunk.subarray(start)));
    },
    rest: line,
  };
};
