import { hideInAddresses } from './addresses.ts';
import { hideInCommandLines } from './command-lines.ts';
import { undisguised } from './disguises.ts';
import { createKnownSecrets } from './known-secrets.ts';
import { goesOn, lineCleaner } from './lines.ts';
import { hideNamedValues } from './named-values.ts';
import { hideSecretData } from './secret-data.ts';
import { hideShapes } from './shapes.ts';
import { cleanValue } from './values.ts';

/**
 * What stands in front of every place to which text of others goes: Redis, Slack, the log, the lines of tools. Hides the credentials that this
 * process has learned in all their encodings, and whatever has the form or the name of a credential. Takes linear time; doing it twice changes nothing.
 */
export interface Redactor {
  text(text: string): string;
  /** A copy of JSON-like data with every string made safe. */
  value<T>(value: T): T;
  /** For the lines of one tool in their order. `secrets` are known to this tool's lines alone. */
  lines(secrets?: readonly string[]): (line: string) => string;
  /** Credentials of this process: hidden from now on. */
  learn(...secrets: readonly (string | undefined)[]): void;
}

/** Most strings of a run are the same at its next write. */
const MOST_REMEMBERED = 20_000;
const LONGEST_REMEMBERED = 2_000;
/** No credential is shorter. */
const SHORTEST = 6;

export const createRedactor = (...secrets: readonly (string | undefined)[]): Redactor => {
  const known = createKnownSecrets();
  known.learn(secrets);
  let remembered = new Map<string, string>();

  const lookAt = (text: string): string => hideShapes(hideInCommandLines(hideInAddresses(hideNamedValues(hideSecretData(known.hide(text))))));
  /** A text of several lines is looked at line by line as well, where one goes on in the next. */
  const lookThrough = (text: string): string => {
    const safe = lookAt(text);
    if (!text.includes('\n') || !goesOn(text, safe)) return safe;
    return lookAt(
      text
        .split('\n')
        .map(lineCleaner(lookAt, known, Infinity))
        .join('\n'),
    );
  };
  const lookBehind = (line: string): string => {
    const plain = undisguised(line);
    const safe = plain === line ? plain : lookAt(plain);
    return safe === plain ? line : safe;
  };
  /** A line that hides its secret behind letters that only look like others is told in plain ones, without it. */
  const look = (text: string): string => {
    if (undisguised(text) === text) return lookThrough(text);
    return lookThrough(text.split('\n').map(lookBehind).join('\n'));
  };
  const clean = (text: string): string => (text.length < SHORTEST ? text : look(text));
  const cleanAgain = (text: string): string => {
    if (text.length < SHORTEST || text.length > LONGEST_REMEMBERED) return clean(text);
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const safe = look(text);
    if (remembered.size >= MOST_REMEMBERED) remembered = new Map();
    remembered.set(text, safe);
    return safe;
  };

  return {
    text: clean,
    value: <T>(value: T) => cleanValue(value, cleanAgain) as T,
    lines(own = []) {
      const ours = createKnownSecrets();
      ours.learn(own);
      return lineCleaner((line) => clean(ours.hide(line)), {
        ...ours,
        hidePieces: (line) => known.hidePieces(ours.hidePieces(line)),
      });
    },
    learn(...fresh) {
      if (known.learn(fresh)) remembered = new Map();
    },
  };
};
