import type { SlackChannel, SlackUser, SlackUsergroup } from './slack/contract.ts';

/** The workspace of the playground: who types, where. The ids are those of examples/pgdist.yaml. */
export const TEAM = { id: 'T0PLAYGROUND', name: 'Playground', domain: 'playground' };
export const BOT = { appId: 'A0PGDIST', botUserId: 'U0PGDIST', botName: 'pgdist' };
export const CHANNEL = 'C0DATABASES';

export const PEOPLE: readonly SlackUser[] = [
  { id: 'U0ALICE', name: 'alice', realName: 'Alice Moreau', color: '#2e86ab' },
  { id: 'U0BOB', name: 'bob', realName: 'Bob Okafor', color: '#8f5db7' },
  { id: 'U0CAROL', name: 'carol', realName: 'Carol Lind', color: '#3d8b5f' },
  { id: 'U0OTTO', name: 'otto', realName: 'Otto (another company)', color: '#b5651d', flags: ['stranger'], teamId: 'T0ELSEWHERE' },
];

/** Policies may name it. */
export const USERGROUPS: readonly SlackUsergroup[] = [{ id: 'S0DBA', handle: 'dba', name: 'Database administrators', users: ['U0BOB', 'U0CAROL'] }];

const CHANNELS: readonly SlackChannel[] = [
  { id: CHANNEL, name: 'databases', members: [...PEOPLE.map(({ id }) => id), BOT.botUserId], topic: 'PostgreSQL over several clusters' },
  { id: 'C0RANDOM', name: 'random', members: [...PEOPLE.map(({ id }) => id), BOT.botUserId] },
];

/** The channels, with what to type first in the one of the databases. */
export const channelsFor = (database: string | undefined): SlackChannel[] =>
  CHANNELS.map((channel) =>
    channel.id === CHANNEL && database !== undefined
      ? {
          ...channel,
          welcome: 'Ask pgdist for a database as Alice; Bob approves.',
          suggestions: [`/pgdist deploy ${database}`, `/pgdist plan ${database}`, '/pgdist help'],
        }
      : channel,
  );

/** User id of a person by handle; throws with the handles that there are. */
export const userIdOf = (name: string): string => {
  const person = PEOPLE.find((candidate) => candidate.name === name.toLowerCase());
  if (person === undefined) throw new Error(`there is nobody called ${name}: ${PEOPLE.map((candidate) => candidate.name).join(', ')}`);
  return person.id;
};
