import { UserError } from '../domain/problem.ts';
import { nearestTo } from '../domain/nearest.ts';
import { code, joined, phrase, type Phrase, told, within } from '../domain/text.ts';
import { didYouMean, quoted } from '../domain/words.ts';
import { SLASH } from '../ports/use-cases.ts';
import type { Command, Invocation } from './command.ts';
import { instead, insteadOfNearly, insteadOfOption } from './instead.ts';
import { folded, wordsAsSeen } from './typed.ts';

/** What was typed, as words; what merely surrounds them is gone. Exported for tests. */
export const wordsOf = wordsAsSeen;

export const commandNamed = (commands: readonly Command[], name: string): Command | undefined =>
  commands.find((command) => command.name === folded(name));

/** The command of that name; anything else is a refusal that says what to do instead, or names the nearest. */
export const findCommand = (commands: readonly Command[], name: string, databases: Databases = []): Command => {
  const found = commandNamed(commands, name);
  if (found !== undefined) return found;
  const isOption = name.startsWith('-');
  throw new UserError(
    told`There is no ${isOption ? 'option' : 'command'} ${quoted(name)}. ${isOption ? ofOption(name, databases) : better(name, commands, databases)}`,
  );
};

type Databases = readonly { readonly name: string }[];

const LISTED = phrase`\`${SLASH} help\` lists them all.`;

const ofOption = (name: string, databases: Databases): Phrase => insteadOfOption(name, databases) ?? LISTED;

/** What to do instead, or what was probably meant. */
const better = (name: string, commands: readonly Command[], databases: Databases): Phrase => {
  if (databases.some((database) => database.name === folded(name)))
    return phrase`It is a database: \`${SLASH} status ${folded(name)}\` asks how it is.`;
  const known = instead(name, databases);
  if (known !== undefined) return known;
  const nearest = nearestTo(
    name,
    commands.map((command) => command.name),
  );
  return nearest === undefined ? (insteadOfNearly(name, databases) ?? LISTED) : phrase`Did you mean \`${SLASH} ${nearest}\`? ${LISTED}`;
};

/**
 * Parses by the usage: <x> must be there, [x] may, [--x] is a flag; all are in lower case, as every name of ours is. [x...] and <x...> take whatever words are left, as
 * they were typed, and [--x y...] those after its flag, of which there must be one. Everything else is a refusal that shows the usage.
 */
export const parseArguments = (
  { usage }: Pick<Command, 'usage'>,
  all: readonly string[],
  databases: Databases = [],
): Pick<Invocation, 'values' | 'flags'> => {
  const [tail, flag, value] = / \[(--[\w-]+) (\w+)\.\.\.\]$/.exec(usage) ?? [];
  if (tail === undefined || flag === undefined || value === undefined) return parsedBy(usage, usage, all, databases);
  const at = all.findIndex((word) => folded(word) === flag);
  const { values, flags } = parsedBy(usage.slice(0, -tail.length), usage, at === -1 ? all : all.slice(0, at), databases, [flag]);
  if (at === -1) return { values, flags };
  const words = all.slice(at + 1).join(' ');
  if (words === '') throw new UserError(told`Say the ${value} after \`${flag}\`.${usageSentence(usage)}`);
  return { values: { ...values, [value]: words }, flags: new Set([...flags, flag]) };
};

/** `grammarText`: the part of the usage by which the words are parsed. `besides`: flags that stand in the rest of it. */
const parsedBy = (
  grammarText: string,
  usage: string,
  all: readonly string[],
  databases: Databases,
  besides: readonly string[] = [],
): Pick<Invocation, 'values' | 'flags'> => {
  const rest = /[[<](\w+)\.\.\.[\]>]$/.exec(grammarText)?.[1];
  const whole = rest === undefined ? grammarText : grammarText.slice(0, grammarText.lastIndexOf(' '));
  const grammar = whole.split(' ').slice(1);
  const words = rest === undefined ? all : all.slice(0, grammar.length);
  const left = all.slice(words.length).join(' ');
  const known = grammar.filter((part) => part.startsWith('[--')).map((part) => part.slice(1, -1));
  const names = grammar.filter((part) => !part.startsWith('[--'));
  const flags = words.filter((word) => word.startsWith('-'));
  const values = words.filter((word) => !word.startsWith('-'));

  const unknown = flags.find((flag) => !known.includes(folded(flag)));
  if (unknown !== undefined) {
    const nearest = nearestTo(unknown, [...known, ...besides]);
    const better = nearest === undefined ? insteadOfOption(unknown) : undefined;
    const why = better === undefined ? phrase`.${didYouMean(nearest)}` : phrase`. ${better}`;
    throw new UserError(told`There is no option ${quoted(unknown)}${why}${usageSentence(usage)}`);
  }
  const extra = values[names.length];
  if (extra !== undefined) {
    const flagMeant = nearestTo(`--${extra}`, [...known, ...besides]);
    throw new UserError(told`${quoted(extra)} is one word too many.${didYouMean(flagMeant)}${usageSentence(usage)}`);
  }
  const missing = names[values.length];
  if (missing?.startsWith('<') === true)
    throw new UserError(told`Say which ${missing.slice(1, -1)}.${namesFor(missing, databases)}${usageSentence(usage)}`);
  if (rest !== undefined && usage.endsWith('>') && left === '') throw new UserError(told`Say the ${rest}.${usageSentence(usage)}`);
  return {
    values: {
      ...Object.fromEntries(values.map((value, index) => [(names[index] ?? '').slice(1, -1), folded(value)])),
      ...(rest === undefined || left === '' ? {} : { [rest]: left }),
    },
    flags: new Set(flags.map(folded)),
  };
};

/** Several commands pasted at once are not one. */
export const refuseSecond = (verb: string, words: readonly string[]): void => {
  const second = words.findIndex((word) => folded(word) === SLASH);
  if (second === -1) return;
  const first = quoted([SLASH, verb, ...words.slice(0, second)].join(' '));
  throw new UserError(told`Nothing was done: this is more than one command. Type ${first} alone, then the next.`);
};

const namesFor = (missing: string, databases: Databases): Phrase | string =>
  missing.includes('database') && databases.length > 0
    ? phrase` There ${databases.length === 1 ? 'is' : 'are'} ${within(
        joined(
          databases.slice(0, MOST_NAMES).map(({ name }) => code(name)),
          ', ',
        ),
      )}.`
    : '';

/** Of the databases of a configuration; the rest `/pgdist status` lists. */
const MOST_NAMES = 10;

const usageSentence = (usage: string): Phrase => phrase` Type \`${SLASH} ${usage}\`.`;
