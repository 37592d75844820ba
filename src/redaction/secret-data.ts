import { HIDDEN } from './hidden.ts';

const KIND = /\\{0,64}["']?kind\\{0,64}["']?:[ \t]{0,4}\\{0,64}["']?Secret(?![A-Za-z])/;
/** The flat object or block behind a Secret's data, in JSON at any depth of escaping. */
const DATA = /((?:string)?data\\{0,64}["']:[ \t]{0,4}\{)([^{}]*)/gi;
const VALUE = /(:[ \t]{0,4}\\{0,64}["'])([^"'\\]+)/g;

/** What a Secret holds, where a text quotes one: whatever its keys are called. */
export const hideSecretData = (text: string): string =>
  KIND.test(text) ? text.replace(DATA, (_, head: string, inside: string) => head + inside.replace(VALUE, `$1${HIDDEN}`)) : text;
