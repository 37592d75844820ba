/** A word of a Corefile and the lines that it begins and ends on. */
export interface Token {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly lastLine: number;
}

/** Reads character by character, as CoreDNS does: a comment that stands alone goes to the end of its line, one inside a word to the next space. */
export const tokenise = (file: string, text: string): Token[] => {
  const tokens: Token[] = [];
  let line = 1;
  let began = 1;
  let word = '';
  let mode: 'between' | 'word' | 'quoted' | 'escaped' | 'comment' | 'comment in a word' = 'between';
  const finish = (): void => {
    tokens.push({ text: word, file, line: began, lastLine: line });
    word = '';
    mode = 'between';
  };
  for (const character of text.replace(/^\uFEFF/, '')) {
    if (mode === 'escaped') {
      word += character === '"' ? '"' : `\\${character}`;
      mode = 'quoted';
    } else if (mode === 'quoted') {
      if (character === '"') finish();
      else if (character === '\\') mode = 'escaped';
      else word += character;
    } else if (character === '\r') {
      continue;
    } else if (/[\s\u0085]/.test(character) && character !== '\uFEFF') {
      if (mode === 'word' || mode === 'comment in a word') finish();
      if (character === '\n') mode = 'between';
    } else if (mode === 'between') {
      began = line;
      if (character === '#') mode = 'comment';
      else if (character === '"') mode = 'quoted';
      else {
        word = character;
        mode = 'word';
      }
    } else if (mode === 'word') {
      if (character === '#') mode = 'comment in a word';
      else word += character;
    }
    if (character === '\n') line += 1;
  }
  if (word !== '') finish();
  return tokens;
};
