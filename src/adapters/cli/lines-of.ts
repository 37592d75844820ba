import { StringDecoder } from 'node:string_decoder';
import { LONGEST_LINE } from '../../redaction/lines.ts';

/** Lines of what a tool prints, without their ends. Of a line without end no more is kept than is looked at, so that no tool fills the memory. */
export async function* linesOf(output: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let length = 0;
  const keep = (piece: string): void => {
    if (length <= LONGEST_LINE) pieces.push(piece.slice(0, LONGEST_LINE + 1 - length));
    length += piece.length;
  };
  const line = (): string => {
    const whole = pieces.join('');
    pieces = [];
    length = 0;
    return whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  };
  for await (const chunk of output) {
    const [first = '', ...more] = (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))).split('\n');
    keep(first);
    for (const next of more) {
      yield line();
      keep(next);
    }
  }
  keep(decoder.end());
  if (length > 0) yield line();
}
