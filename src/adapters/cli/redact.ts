const HIDDEN = '(hidden)';

/** Shapes of secrets that the tools print: JSON web tokens, bootstrap tokens, bearer headers, the token flags of clusteradm's next command. */
const SHAPES: readonly [RegExp, string][] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, HIDDEN],
  [/\b(bearer\s+)\S+/gi, `$1${HIDDEN}`],
  [/(--hub-token[=\s]+|\btoken[=:]\s*|"hub-token":\s*"?|\bpassword[=:]\s*)[^\s",]+/gi, `$1${HIDDEN}`],
];
/** Shorter ones would hide ordinary words. */
const SHORTEST_SECRET = 6;

/** Makes lines safe to show, one after another: known shapes, PEM blocks over several lines, and the given secrets. */
export const redactor = (secrets: readonly string[]): ((line: string) => string) => {
  const known = secrets
    .flatMap((secret) => [secret, ...secret.split('\n'), Buffer.from(secret).toString('base64')])
    .map((part) => part.trim())
    .filter((part) => part.length >= SHORTEST_SECRET && !part.startsWith('-----'))
    .toSorted((a, b) => b.length - a.length);
  let insidePem = false;
  return (line) => {
    if (insidePem) {
      if (/-----END [A-Z ]+-----/.test(line)) insidePem = false;
      return HIDDEN;
    }
    if (/-----BEGIN [A-Z ]+-----/.test(line)) {
      insidePem = !/-----END [A-Z ]+-----/.test(line);
      return HIDDEN;
    }
    const withoutKnown = known.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
    return SHAPES.reduce((text, [shape, replacement]) => text.replace(shape, replacement), withoutKnown);
  };
};
