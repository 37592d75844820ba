import { z } from 'zod';
import type { Actor } from '../../domain/run.ts';
import type { Standing } from '../../ports/people.ts';

/** Whose people may command and decide. */
export interface Home {
  readonly teamIds: readonly string[];
  /** The Enterprise organisation that the app's workspace is part of. */
  readonly enterpriseId?: string;
  /** The configuration names the workspaces: sisters that it does not name are others, though of one organisation. */
  readonly named?: boolean;
}

/** A full account says all of these; what is left out is not guessed. */
const userInfo = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_workflow_bot: z.boolean().optional(),
    is_connector_bot: z.boolean().optional(),
    /** Was asked to join and has not yet. */
    is_invited_user: z.boolean().optional(),
    /** Of somebody in an Enterprise organisation: which, and the workspaces in it that they are members of. */
    enterprise_user: z.object({ enterprise_id: z.string().optional(), teams: z.array(z.string()).optional() }).nullish(),
  }),
});

export type Account = z.infer<typeof userInfo>['user'];

/** Throws where it is no answer of users.info. */
export const accountIn = (answer: unknown): Account => userInfo.parse(answer).user;

export const organisationOf = (account: Pick<Account, 'enterprise_user'> | undefined): Pick<Home, 'enterpriseId'> => {
  const enterpriseId = account?.enterprise_user?.enterprise_id ?? '';
  return enterpriseId === '' ? {} : { enterpriseId };
};

/** True when a payload's workspace is ours by its name alone; in an organisation Slack may name that in its place. */
export const isAtHome = (teamId: string, { teamIds, enterpriseId, named = false }: Home): boolean =>
  teamIds.includes(teamId) || (!named && enterpriseId !== undefined && teamId === enterpriseId);

/** Says of itself that it is no bot, and repeats what anybody has it repeat: reminders, its answers to words. */
const SLACKBOT = 'USLACKBOT';

/** What the account is to us when its person acts from the workspace that the payload names. */
export const standingOf = (user: Account, { userId, teamId }: Actor, home: Home): Standing => {
  const refused = (who: Extract<Standing, { readonly kind: 'refused' }>['who']): Standing => ({ kind: 'refused', who });
  if (user.id !== userId) return { kind: 'silent' };
  if (user.is_stranger === true || (user.team_id !== undefined && !isOneOfUs(user, home)) || !actsFromHome(user, teamId, home))
    return refused('stranger');
  if (user.deleted === true) return refused('deactivated');
  if (SLACKBOT === user.id || user.is_bot === true || user.is_workflow_bot === true || user.is_connector_bot === true) return refused('bot');
  if (user.is_restricted === true || user.is_ultra_restricted === true) return refused('guest');
  const said =
    user.team_id !== undefined &&
    user.is_invited_user !== true &&
    [user.deleted, user.is_bot, user.is_restricted, user.is_ultra_restricted].every((flag) => flag === false);
  return said ? { kind: 'member' } : { kind: 'silent' };
};

/** A member of one of our workspaces, whichever Slack names first, or of a sister in our organisation. */
const isOneOfUs = (user: Account, home: Home): boolean =>
  isAtHome(user.team_id ?? '', home) || workspacesOf(user).some((team) => home.teamIds.includes(team)) || isOfOurOrganisation(user, home);

const isOfOurOrganisation = ({ enterprise_user: enterprise }: Account, { enterpriseId, named = false }: Home): boolean =>
  !named && enterpriseId !== undefined && enterprise?.enterprise_id === enterpriseId;

/** The payload may name any workspace that the account itself belongs to. */
const actsFromHome = (user: Account, teamId: string, home: Home): boolean =>
  isAtHome(teamId, home) || teamId === user.team_id || workspacesOf(user).includes(teamId);

const workspacesOf = ({ enterprise_user: enterprise }: Account): readonly string[] => enterprise?.teams ?? [];
