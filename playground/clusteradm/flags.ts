/** The kinds of flags that clusteradm's commands have. */
type FlagKind = 'string' | 'bool' | 'number' | 'list' | 'gates';

export interface FlagSpec {
  readonly kind: FlagKind;
  readonly short?: string;
  /** Gates that the flag knows, with their defaults. */
  readonly gates?: Readonly<Record<string, boolean>>;
}

export interface Flags {
  /** Names of the flags that were given, sorted as cobra visits them. */
  readonly given: readonly string[];
  text(name: string): string | undefined;
  on(name: string): boolean;
  number(name: string, absent: number): number;
  list(name: string): readonly string[];
  /** Gates that were given; undefined: the flag is absent. */
  gates(name: string): Readonly<Record<string, boolean>> | undefined;
}

/** A wrong command line: printed as `Error: …`, exit 1. */
class FlagError extends Error {
  override readonly name = 'FlagError';
}

const COMMON_FLAGS: Readonly<Record<string, FlagSpec>> = {
  kubeconfig: { kind: 'string' },
  context: { kind: 'string' },
  'dry-run': { kind: 'bool' },
  timeout: { kind: 'number' },
  v: { kind: 'number', short: 'v' },
  'match-server-version': { kind: 'bool' },
};

/** Reads arguments as cobra does: --name=value, --name value, -n value; `--` and words are not expected here. */
export const parseFlags = (args: readonly string[], specs: Readonly<Record<string, FlagSpec>>): Flags => {
  const known = { ...COMMON_FLAGS, ...specs };
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const match = /^(--|-)([^=]+)(?:=(.*))?$/s.exec(arg);
    if (match === null) throw new FlagError(`unknown command "${arg}" for "clusteradm"`);
    const [, dashes, word = '', attached] = match;
    const name = dashes === '--' ? word : Object.keys(known).find((key) => known[key]?.short === word);
    const spec = name === undefined ? undefined : known[name];
    if (name === undefined || spec === undefined)
      throw new FlagError(dashes === '--' ? `unknown flag: --${word}` : `unknown shorthand flag: '${word[0]}' in -${word}`);
    let value = attached ?? (spec.kind === 'bool' ? 'true' : args[(index += 1)]);
    if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    if (spec.kind === 'gates') checkGates(name, value, spec.gates ?? {});
    if (spec.kind === 'list' || spec.kind === 'gates') {
      const before = lists.get(name) ?? [];
      lists.set(name, [...before, ...value.split(',').filter((item) => item !== '')]);
      value = '';
    }
    values.set(name, value);
  }
  return {
    given: [...values.keys()].toSorted(),
    text: (name) => values.get(name),
    on: (name) => values.get(name) === 'true',
    number: (name, absent) => Number(values.get(name) ?? absent),
    list: (name) => lists.get(name) ?? [],
    gates(name) {
      const items = lists.get(name);
      return items && Object.fromEntries(items.map((item) => [item.split('=')[0] ?? '', item.split('=')[1] === 'true']));
    },
  };
};

const checkGates = (name: string, value: string, gates: Readonly<Record<string, boolean>>): void => {
  const refuse = (why: string): never => {
    throw new FlagError(`invalid argument "${value}" for "--${name}" flag: ${why}`);
  };
  for (const item of value.split(',')) {
    const [gate = '', setting] = item.split('=');
    if (setting === undefined) refuse(`missing bool value for ${gate}`);
    if (!Object.hasOwn(gates, gate)) refuse(`unrecognized feature gate: ${gate}`);
    if (setting !== 'true' && setting !== 'false')
      refuse(`invalid value of ${gate}=${setting}, err: strconv.ParseBool: parsing "${setting}": invalid syntax`);
  }
};
