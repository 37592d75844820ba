const HIDDEN = '(hidden)';

/** Shapes of secrets: Slack's tokens, JSON web tokens, bootstrap tokens, bearer headers, passwords in URLs, PEM keys and certificates inside JSON. */
const SHAPES: readonly [RegExp, string][] = [
  [/\bx(?:ox[a-z]|app)-[\w-]+/g, HIDDEN],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, HIDDEN],
  [/\b(bearer\s+)[^\s"\\]+/gi, `$1${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi, `$1:${HIDDEN}@`],
  [/https:\/\/hooks\.slack\.com\/[^\s"\\]+/g, HIDDEN],
  [/-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|(?="|$))/gs, HIDDEN],
  [/("(?:client-key-data|client-certificate-data|[\w-]*password)\\?":\s*\\?")[^"\\]+/gi, `$1${HIDDEN}`],
];

/** The line without anything that has the shape of a secret; the last guard in front of the log. */
export const hideSecrets = (line: string): string => SHAPES.reduce((text, [shape, replacement]) => text.replace(shape, replacement), line);
