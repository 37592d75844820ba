export interface PsqlCall {
  readonly user: string;
  readonly database: string;
  /** -c, one each; empty: the script comes from standard input. */
  readonly commands: readonly string[];
  readonly tuplesOnly: boolean;
  readonly unaligned: boolean;
  readonly quiet: boolean;
  readonly separator: string;
  readonly stopOnError: boolean;
}

const WITH_VALUE: Readonly<Record<string, string>> = {
  U: 'user',
  username: 'user',
  d: 'database',
  dbname: 'database',
  c: 'command',
  command: 'command',
  F: 'separator',
  'field-separator': 'separator',
  v: 'variable',
  set: 'variable',
  variable: 'variable',
  f: 'file',
  file: 'file',
  h: 'host',
  host: 'host',
  p: 'port',
  port: 'port',
};
const FLAGS: Readonly<Record<string, string>> = {
  A: 'unaligned',
  'no-align': 'unaligned',
  t: 'tuples',
  'tuples-only': 'tuples',
  q: 'quiet',
  quiet: 'quiet',
  X: '',
  'no-psqlrc': '',
  w: '',
  'no-password': '',
  1: '',
};

/** Reads psql's arguments: short flags may be bundled, values attached. Throws an Error with psql's own words for what it does not know. */
export const psqlArguments = (argv: readonly string[]): PsqlCall => {
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  const rest: string[] = [];
  const queue = [...argv];
  const take = (name: string, option: string, attached: string | undefined): void => {
    const value = attached ?? queue.shift();
    if (value === undefined) throw new Error(`option requires an argument -- '${option}'`);
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word.startsWith('--')) {
      const [option = '', attached] = word.slice(2).split(/=(.*)/s);
      if (WITH_VALUE[option] !== undefined) take(WITH_VALUE[option], option, attached);
      else if (FLAGS[option] !== undefined) flags.add(FLAGS[option]);
      else throw new Error(`unrecognized option '--${option}'`);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at += 1) {
        const option = word[at] ?? '';
        if (WITH_VALUE[option] !== undefined) {
          take(WITH_VALUE[option], option, word.slice(at + 1) || undefined);
          break;
        }
        if (FLAGS[option] === undefined) throw new Error(`invalid option -- '${option}'`);
        flags.add(FLAGS[option]);
      }
    } else rest.push(word);
  }
  const user = values.get('user')?.at(-1) ?? rest[1] ?? 'postgres';
  return {
    user,
    database: values.get('database')?.at(-1) ?? rest[0] ?? user,
    commands: values.get('command') ?? [],
    tuplesOnly: flags.has('tuples'),
    unaligned: flags.has('unaligned'),
    quiet: flags.has('quiet'),
    separator: values.get('separator')?.at(-1) ?? '|',
    stopOnError: (values.get('variable') ?? []).some((assignment) => /^ON_ERROR_STOP=(1|on|true)$/i.test(assignment)),
  };
};
