import { SLASH, type Command, type Invocation, quoted } from './command.ts';
import type { Database } from '../domain/database.ts';
import { nearestTo } from '../domain/nearest.ts';
import { UserError } from '../domain/problem.ts';
import { phrase, type Phrase, told } from '../domain/text.ts';

/** What was typed after /pgdist, as words. Clients with smart punctuation turn -- into a dash; that is undone. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/^[\u2013\u2014]+(?=\S)/, '--'));

/** The command of that name; anything else is a refusal that names the nearest. */
export const findCommand = (commands: readonly Command[], name: string): Command => {
  const found = commands.find((command) => command.name === name.toLowerCase());
  if (found !== undefined) return found;
  const nearest = nearestTo(
    name,
    commands.map((command) => command.name),
  );
  const suggestion = nearest === undefined ? '' : phrase` Did you mean \`${SLASH} ${nearest}\`?`;
  throw new UserError(told`There is no command ${quoted(name)}.${suggestion} \`${SLASH} help\` lists them all.`);
};

/** Parses by the usage: <x> must be there, [x] may, [--x] is a flag. Everything else is a refusal that shows the usage. */
export const parseArguments = ({ usage }: Pick<Command, 'usage'>, words: readonly string[]): Pick<Invocation, 'values' | 'flags'> => {
  const grammar = usage.split(' ').slice(1);
  const known = grammar.filter((part) => part.startsWith('[--')).map((part) => part.slice(1, -1));
  const names = grammar.filter((part) => !part.startsWith('[--'));
  const flags = words.filter((word) => word.startsWith('-'));
  const values = words.filter((word) => !word.startsWith('-'));

  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined)
    throw new UserError(told`There is no option ${quoted(unknown)}.${didYouMean(nearestTo(unknown, known))}${usageSentence(usage)}`);
  const extra = values[names.length];
  if (extra !== undefined) {
    const flagMeant = nearestTo(`--${extra}`, known);
    throw new UserError(told`${quoted(extra)} is one word too many.${didYouMean(flagMeant)}${usageSentence(usage)}`);
  }
  const missing = names[values.length];
  if (missing?.startsWith('<') === true) throw new UserError(told`Say which ${missing.slice(1, -1)}.${usageSentence(usage)}`);
  return { values: Object.fromEntries(values.map((value, index) => [(names[index] ?? '').slice(1, -1), value])), flags: new Set(flags) };
};

/** The database of that name, or a refusal that names the nearest. */
export const databaseNamed = (databases: readonly Database[], name: string): Database => {
  const found = databases.find((database) => database.name === name);
  if (found !== undefined) return found;
  const names = databases.map((database) => database.name);
  const [only] = names;
  const hint = didYouMean(nearestTo(name, names)) || (names.length === 1 ? phrase` The only one is \`${only ?? ''}\`.` : '');
  throw new UserError(told`There is no database ${quoted(name)} in this fleet.${hint} \`${SLASH} status\` lists them all.`);
};

const didYouMean = (candidate: string | undefined): Phrase | '' => (candidate === undefined ? '' : phrase` Did you mean \`${candidate}\`?`);

const usageSentence = (usage: string): Phrase => phrase` Type \`${SLASH} ${usage}\`.`;
