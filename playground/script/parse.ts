/** One line of a playground script. */
export type ScriptLine = { readonly number: number; readonly text: string } & (
  | { readonly kind: 'command'; readonly person: string; readonly command: string }
  | { readonly kind: 'click'; readonly person: string; readonly button: string }
  | { readonly kind: 'expect'; readonly wanted: string }
  | { readonly kind: 'expect-private'; readonly person: string; readonly wanted: string }
  | { readonly kind: 'wait'; readonly state: string | undefined; readonly seconds: number }
  | { readonly kind: 'fleet'; readonly action: string }
);

const DEFAULT_WAIT_SECONDS = 60;

const SCRIPT_HELP = `A script has one line for each act; lines that begin with # are comments.
  alice: /pgdist deploy postgres      a command; it must be accepted unless the next line is expect-private
  bob: approve                        a click on the newest button of that name; the same holds
  expect-private alice may not        what the person alone must have been told since her last act
  wait succeeded 60                   until the newest card says so, in seconds; \`wait\` alone: until it ends or asks for approval
  expect streaming                    what the newest message or its thread must say
  fleet: stop postgres-1              a switch of the fleet`;

/** Throws with the number of the first line that cannot be read. */
export const parseScript = (source: string): ScriptLine[] =>
  source.split('\n').flatMap((raw, index) => {
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) return [];
    const line = parseLine(text);
    if (line === undefined) throw new Error(`line ${index + 1} cannot be read: ${text}\n${SCRIPT_HELP}`);
    return [{ ...line, number: index + 1, text }];
  });

type WithoutPlace<T> = T extends ScriptLine ? Omit<T, 'number' | 'text'> : never;

const parseLine = (text: string): WithoutPlace<ScriptLine> | undefined => {
  const wait = /^wait(?:\s+([a-z][a-z -]*?))?(?:\s+(\d+))?$/.exec(text);
  if (wait) return { kind: 'wait', state: wait[1], seconds: wait[2] === undefined ? DEFAULT_WAIT_SECONDS : Number(wait[2]) };
  const told = /^expect-private\s+(\S+)\s+(.+)$/.exec(text);
  if (told) return { kind: 'expect-private', person: told[1]!, wanted: told[2]! };
  const expected = /^expect\s+(.+)$/.exec(text);
  if (expected) return { kind: 'expect', wanted: expected[1]! };
  const act = /^([A-Za-z][\w-]*):\s*(.+)$/.exec(text);
  if (!act) return undefined;
  const [, person, what] = act as unknown as [string, string, string];
  if (person === 'fleet') return { kind: 'fleet', action: what };
  return what.startsWith('/') ? { kind: 'command', person, command: what } : { kind: 'click', person, button: what };
};
