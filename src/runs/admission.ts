import { channel as channelToken, code, joined, type Phrase, phrase, type Text, told, within } from '../domain/text.ts';
import { DEEDS, type DeedName, type Way } from '../domain/deeds.ts';
import { UserError, userToken } from '../domain/problem.ts';
import type { Actor } from '../domain/run.ts';
import type { People, Standing } from '../ports/people.ts';
import type { RunPolicy } from './use-case.ts';

interface AdmissionDeps {
  readonly people: People;
  readonly config: Pick<RunPolicy, 'slack'>;
}

/**
 * Throws UserError unless this person may ask for the deed in this channel: a full member of our workspace, by Slack's own word of now. Whoever
 * Slack says is none is refused everything; while nothing can be known of a person, only deeds that declare so go on.
 */
export const admit = async (
  { people, config }: AdmissionDeps,
  name: DeedName,
  { by, channel, way }: { readonly by: Actor; readonly channel: string; readonly way: Way },
): Promise<void> => {
  const { channels, admins } = config.slack;
  // The Home tab is no channel; its runs are those of the person's own.
  if (way !== 'home' && !channels.includes(channel)) throw new UserError(wrongChannel(channels));
  const standing = await people.standing(by);
  if (standing.kind === 'member') return;
  if (standing.kind !== 'refused' && standing.foreign !== true && DEEDS[name].sure === 'workspace') return;
  throw new UserError(refusal(standing, admins));
};

const refusal = (standing: Exclude<Standing, { readonly kind: 'member' }>, admins: readonly string[]): Text => {
  switch (standing.kind) {
    case 'refused':
      return told`Nothing was done: ${WHO[standing.who]}`;
    case 'silent':
      return told`Slack cannot say right now who you are; nothing was done. Try again in a moment.`;
    case 'no-right':
      return told`Nothing was done: pgdist lacks the right to ask Slack who you are (${code(standing.lacks)}). ${menders(admins)} can mend it: give the Slack app what it lacks and install it again.`;
  }
};

const WHO: Readonly<Record<Extract<Standing, { readonly kind: 'refused' }>['who'], string>> = {
  stranger: 'people of another workspace may look on here, but not command or decide.',
  deactivated: 'this account is deactivated.',
  bot: 'bots may not command pgdist.',
  guest: 'guests of this workspace may look on, but not command or decide.',
  unknown: 'Slack does not know you as anybody of this workspace, and people of others may look on here, but not command or decide.',
};

const menders = (admins: readonly string[]): Phrase =>
  admins.length === 0 ? phrase`The people who run pgdist` : within(joined(admins.map(userToken), ', '));

const wrongChannel = (channels: readonly string[]): Text =>
  told`Nothing was accepted: pgdist works in ${within(joined(channels.map(channelToken), ', '))} only, so that everybody concerned sees what happens.`;
