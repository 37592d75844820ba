import type { Database } from '../domain/database.ts';
import { UserError } from '../domain/problem.ts';
import { nearestTo } from '../domain/nearest.ts';
import { phrase, told } from '../domain/text.ts';
import { didYouMean, quoted } from '../domain/words.ts';
import { SLASH } from '../ports/use-cases.ts';

/** The database of that name, or a refusal that names the nearest. */
export const databaseNamed = (databases: readonly Database[], name: string): Database => {
  const found = databases.find((database) => database.name === name);
  if (found !== undefined) return found;
  const names = databases.map((database) => database.name);
  const [only] = names;
  const hint = didYouMean(nearestTo(name, names)) || (names.length === 1 ? phrase` The only one is \`${only ?? ''}\`.` : '');
  throw new UserError(told`There is no database ${quoted(name)} in this fleet.${hint} \`${SLASH} status\` lists them all.`);
};
