const FORMS = [
  ['{%', '%}'],
  ['{$', '}'],
] as const;

/**
 * A word with the values of the variables that it names, `{$NAME}` or `{%NAME%}`. CoreDNS puts nothing in the place of one that is not set; here one whose
 * value the pod takes from elsewhere stays as it is written.
 */
export const expanded = (text: string, environment: ReadonlyMap<string, string>): string =>
  FORMS.reduce((word, [open, close]) => replaced(word, open, close, environment), text);

/** By hand: a pattern would read the rest of the text again for each brace that is not closed. */
const replaced = (text: string, open: string, close: string, environment: ReadonlyMap<string, string>): string => {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return parts.join('') + text.slice(at);
    const whole = text.slice(start, end + close.length);
    parts.push(text.slice(at, start), environment.get(text.slice(start + open.length, end)) ?? whole);
    at = end + close.length;
  }
};
