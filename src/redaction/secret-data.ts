import { HIDDEN } from './hidden.ts';

const KIND = /\\{0,64}["']?kind\\{0,64}["']?:[ \t]{0,4}\\{0,64}["']?Secret(?![A-Za-z])/;
/** The flat object or block behind a Secret's data, in JSON at any depth of escaping. */
const DATA = /((?:string)?data\\{0,64}["']:[ \t]{0,4}\{)([^{}]*)/gi;
const VALUE = /(:[ \t]{0,4}\\{0,64}["'])([^"'\\]+)/g;
const STRING_DATA = /(?<![\w.-])stringData:/;

/** What a Secret holds, where a text quotes one: whatever its keys are called. */
export const hideSecretData = (text: string): string => {
  if (!KIND.test(text)) return STRING_DATA.test(text) ? hideYaml(text, /^stringData:[ \t]*$/) : text;
  return hideYaml(
    text.replace(DATA, (_, head: string, inside: string) => head + inside.replace(VALUE, `$1${HIDDEN}`)),
    /^(?:stringData|data):[ \t]*$/,
  );
};

/** The same in YAML: every line that is indented below such a head. */
const hideYaml = (text: string, head: RegExp): string => {
  if (!text.includes('\n')) return text;
  let below = -1;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      if (line.trim() !== '' && indent <= below) below = -1;
      if (below >= 0 && indent > below) return line.replace(/^([ \t]*(?:[^\s:]{1,253}:[ \t]+)?)\S.*$/, `$1${HIDDEN}`);
      if (head.test(line.trim())) below = indent;
      return line;
    })
    .join('\n');
};
