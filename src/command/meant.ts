import { SLASH } from '../ports/use-cases.ts';
import type { Command } from './command.ts';
import { withoutFleet } from './fleet-option.ts';
import { instead } from './instead.ts';
import { codeIn } from './problem-code.ts';
import { ADDRESS, folded, saysNothing, wordsAsSeen } from './typed.ts';

/** What a line asks for: a verb, known or not, and the words after it. */
export interface Meant {
  readonly verb: string;
  readonly words: readonly string[];
  /** That the option names; '': it names none. */
  readonly fleet?: string;
}

interface Vocabulary {
  readonly commands: readonly Pick<Command, 'name'>[];
  readonly databases: readonly { readonly name: string }[];
}

/**
 * The command in a line: what stands after the bot's name, or before it where that alone begins with a verb. Nothing said is help, a code alone asks for
 * help about it, and help is asked for before a verb, after it or as an option.
 */
export const meantBy = (text: string, { commands, databases }: Vocabulary): Meant => {
  const isVerb = (word: string): boolean =>
    [...commands.map(({ name }) => name), ...HELP_WORDS].includes(folded(word)) || isFlag(word) || codeIn(word) !== undefined;
  const isUnderstood = (word = ''): boolean => isVerb(word) || instead(word, databases) !== undefined;
  const { words: seen, ...fleet } = withoutFleet(wordsAsSeen(text));
  const [verb = '', ...words] = flagsLast(addressed(seen, isUnderstood));
  if (verb === '') return { verb: saysNothing(text) || seen.some(isOurName) ? 'help' : (text.trim().split(/\s+/)[0] ?? 'help'), words };
  return { ...asHelp(verb, words, databases), ...fleet };
};

const HELP_WORDS: readonly string[] = ['help', 'usage', 'man'];
const HELP_FLAGS: readonly string[] = ['--help', '-h', '-help', '--usage'];

const isFlag = (word: string): boolean => word.startsWith('-');
const isAddress = (word: string): boolean => folded(word) === ADDRESS;
/** As people call the bot, whatever stands before the name. */
const isOurName = (word: string): boolean => [SLASH, ADDRESS, SLASH.slice(1)].includes(folded(word));

/** Who calls the bot more often in one line says nothing more by it. */
const MOST_PIECES = 8;

/** Of the pieces between mentions of the bot the last that begins with what is understood, with all after it; else what stands after the last mention. */
const addressed = (words: readonly string[], isUnderstood: (word?: string) => boolean): readonly string[] => {
  const pieces = words.reduce<string[][]>(
    (done, word) => {
      if (isAddress(word)) return [...done, []];
      done.at(-1)?.push(word);
      return done;
    },
    [[]],
  );
  for (let from = pieces.length - 1; from >= Math.max(0, pieces.length - MOST_PIECES); from -= 1) {
    const line = begun(pieces.slice(from).flat());
    if (isUnderstood(line[0])) return line;
  }
  return begun(pieces.at(-1) ?? []);
};

/** What stands before a verb and is none: the command's own name, the prompt of a shell, the mark of a list, whoever else is called. */
const begun = (words: readonly string[]): readonly string[] => {
  const at = words.findIndex((word) => !NO_BEGINNING.test(word) && !isOurName(word));
  const [first = '', ...rest] = at === -1 ? [] : words.slice(at);
  const bare = /^\/[a-z]/i.test(first) ? first.slice(1) : first;
  return bare === '' ? rest : [bare, ...rest];
};

const NO_BEGINNING = /^(?:[-\u2013\u2014$%#/|+]|@[^@\s]{1,80})$/;

/** A verb counts wherever its options stand. */
const flagsLast = (words: readonly string[]): readonly string[] => {
  const at = words.findIndex((word) => !isFlag(word));
  return at <= 0 ? words : [...words.slice(at), ...words.slice(0, at)];
};

const asHelp = (verb: string, words: readonly string[], databases: Vocabulary['databases']): Meant => {
  const flagged = [verb, ...words].some((word) => HELP_FLAGS.includes(folded(word)));
  if (HELP_FLAGS.includes(folded(verb))) return { verb: 'help', words: words.filter((word) => !isFlag(word)).slice(0, 1) };
  if (HELP_WORDS.includes(folded(verb))) return { verb: 'help', words: words.filter((word) => !HELP_FLAGS.includes(folded(word))) };
  // A code alone, as it stands in a message.
  if (codeIn(verb) !== undefined && words.length === 0) return { verb: 'help', words: [verb] };
  if (flagged) return { verb: 'help', words: [verb] };
  const asked = words.length > 0 && words.length <= 2 && folded(words.at(-1) ?? '') === 'help' && !databases.some(({ name }) => name === 'help');
  return asked ? { verb: 'help', words: [verb] } : { verb, words };
};
