/** Go's own names for values of no fixed type, as decoders tell of them. */
const UNTYPED: readonly (readonly [string, string])[] = [
  ['map[string]interface {}', 'an object'],
  ['[]interface {}', 'a list'],
];
/** Of text before a brace, so much is looked at. */
const LONGEST_TYPE = 200;

/**
 * Words of an API server or an operator without the values that Go printed into them: '&ResourceAttributes{Verb:create,Resource:managedclusters,…}'
 * becomes 'create managedclusters', any other such value '…'. JSON, and braces that belong to no type, stay. Takes time linear in the text.
 */
export const withoutGoValues = (words: string): string => {
  if (!words.includes('{')) return words;
  let text = UNTYPED.reduce((done, [go, plain]) => done.replaceAll(go, plain), words);
  let done = '';
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{')) {
    const before = text.slice(0, open);
    const type = typeBefore(before);
    if (type === undefined) {
      done += text.slice(0, open + 1);
      text = text.slice(open + 1);
      continue;
    }
    const end = endOf(text, open);
    done += before.slice(0, before.length - type.length) + shortly(type, text.slice(open, end));
    text = text.slice(end);
  }
  return done + text;
};

/** 'v1.LabelSelector', '&Review', '[]string', 'map[string]string': with what points to it or lists it. A word in small letters alone is no type. */
const typeBefore = (before: string): string | undefined => {
  const near = before.slice(-LONGEST_TYPE);
  let from = near.length;
  while (from > 0 && /[\w.]/.test(near[from - 1] ?? '')) from -= 1;
  while (from < near.length && !/[A-Za-z_]/.test(near[from] ?? '')) from += 1;
  if (from === near.length) return undefined;
  const name = near.slice(from);
  for (let length = prefixBefore(near, from); length > 0; length = prefixBefore(near, from)) from -= length;
  const isType = from < near.length - name.length || /(?:^|\.)[A-Z]\w*[a-z]/.test(name);
  return isType ? near.slice(from) : undefined;
};

/** Characters of '&', '*', '[]' or 'map[string]' right before a place; 0 where none of them stands there. */
const prefixBefore = (text: string, at: number): number => {
  const last = text[at - 1];
  if (last === '&' || last === '*') return 1;
  if (last !== ']') return 0;
  const open = text.lastIndexOf('[', at - 1);
  const key = text.slice(open + 1, at - 1);
  if (open < 0 || !/^[\w.]{0,60}$/.test(key)) return 0;
  if (key === '') return 2;
  return text.slice(0, open).endsWith('map') ? at - open + 3 : 0;
};

/** Behind the brace that closes the one at `open`; the end of a text that was cut. */
const endOf = (text: string, open: number): number => {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
};

const shortly = (type: string, value: string): string => {
  const verb = /\bVerb:(\w{1,40})/.exec(value)?.[1];
  const resource = /\bResource:([\w.-]{1,80})/.exec(value)?.[1];
  if (verb === undefined || resource === undefined) return '…';
  return type.endsWith('Review') ? `a review of the right to ${verb} ${resource}` : `${verb} ${resource}`;
};
