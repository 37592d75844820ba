import type { Choice } from '../../../domain/database-now.ts';
import { code, group, joined, phrase, type Phrase, told, within } from '../../../domain/text.ts';
import type { FormKind } from '../../../ports/use-cases.ts';
import { type Line, rendered } from './span.ts';

/** In the place of a choice, where there are databases and none of them is this person's; undefined where there are none. */
export const noneToChoose = (verb: FormKind, { ofOthers, notKnown }: Choice): Line | undefined =>
  ofOthers.length + notKnown.databases.length === 0
    ? undefined
    : rendered(told`There is no database of which it is known that you may ask for ${code(verb)}.`);

/** What is not chosen from, and why. */
export const leftOutLines = (verb: FormKind, { ofOthers, notKnown }: Choice): readonly Line[] => [
  ...(ofOthers.length === 0 ? [] : [rendered(told`Not listed: ${namesTold(ofOthers)}. The rules let others alone ask for ${code(verb)}.`)]),
  ...(notKnown.databases.length === 0
    ? []
    : [
        rendered(
          told`Not listed: ${namesTold(notKnown.databases)}. Slack does not say who is in ${within(joined(notKnown.groups.map(group), ', '))}; try again in a moment.`,
        ),
      ]),
];

const NAMED = 10;

const namesTold = (names: readonly string[]): Phrase => {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return phrase`${within(joined(names.slice(0, NAMED).map(code), ', '))}${more}`;
};
