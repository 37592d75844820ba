import type { types } from '@slack/bolt';
import type { DatabaseNow } from '../../../domain/database-now.ts';
import type { HomeContent } from '../../../domain/home.ts';
import { group, joined, type Text, told, within } from '../../../domain/text.ts';
import { LIMITS } from '../limits.ts';
import { asShown } from './as-shown.ts';
import { headline, stateLine } from './card-lines.ts';
import { ageWords, clustersOf, namesUpTo, standingWords } from './database-words.ts';
import { chosenValue } from './database-form.ts';
import { homeButton, linkButton, runButtons } from './home-buttons.ts';
import { lines, message, type Part } from './message.ts';
import { at, atSecond, bold, code, dotted, type Line, rendered, user } from './span.ts';
import { count } from './time.ts';
import { plain } from './views.ts';
import type { Run } from '../../../domain/run.ts';

const HOME_CALLBACK = 'home';

/** A view has a hundred blocks: what does not fit is counted, and told where it is listed. */
const MOST = { fleets: 10, waiting: 8, databases: 20, recent: 10 } as const;
const CLUSTERS_LENGTH = 120;

type Now = string | undefined;

/** The Home tab of one person. `now` is an ISO instant, up to which ages are counted; without one nothing in it ticks. */
export const homeView = (content: HomeContent, now?: string): types.HomeView =>
  asShown({
    type: 'home',
    callback_id: HOME_CALLBACK,
    blocks: [...head(content, now), ...waiting(content, now), ...databases(content, now), ...recent(content, now)].slice(0, LIMITS.viewBlocks),
  });

/** What is there for whoever may see nothing: why, and whom to ask. */
export const refusedHome = (blocks: readonly types.KnownBlock[]): types.HomeView => ({
  type: 'home',
  callback_id: HOME_CALLBACK,
  blocks: [...blocks],
});

const head = ({ fleets, channels, notified, databases: all }: HomeContent, now: Now): types.KnownBlock[] => [
  title(fleets.length === 1 ? `Fleet ${fleets[0]?.name ?? ''}` : `${fleets.length} fleets`, 'head'),
  ...blocksOf(
    'head-lines',
    lines(
      ...fleets.slice(0, MOST.fleets).map(({ name, clusters }) =>
        dotted(
          fleets.length === 1 ? undefined : [bold(name)],
          [
            count(clusters.length, 'cluster'),
            `: ${namesUpTo(
              clusters.map((cluster) => cluster.name),
              CLUSTERS_LENGTH,
            )}`,
          ],
          [count(all.filter(({ fleet }) => fleet === name).length, 'database')],
        ),
      ),
      dotted(['works in ', ...listed(channels)], now === undefined ? undefined : ['as of ', atSecond(now)]),
    ),
  ),
  actions(
    'head-buttons',
    homeButton('deploy', 'Deploy a database'),
    homeButton('notify', notified ? 'Do not write to me' : 'Write to me', notified ? 'off' : 'on'),
  ),
];

const listed = (channels: readonly string[]): Line =>
  channels.flatMap((id, index): Line => [...(index === 0 ? [] : [', ']), { kind: 'channel', id }]);

const waiting = ({ waiting: runs, silent = [] }: HomeContent, now: Now): types.KnownBlock[] => {
  const shown = runs.slice(0, MOST.waiting);
  return [
    title('Waits for you', 'waiting'),
    ...(runs.length === 0 ? blocksOf('waiting-none', lines(['No plan waits for your approval.'])) : []),
    ...shown.flatMap((run) => runBlocks(run, now, `waiting-${run.id}`)),
    ...more('waiting-more', runs.length - shown.length, ['/pgdist pending']),
    ...(silent.length === 0 ? [] : blocksOf('waiting-unknown', lines(rendered(notSaid(silent))))),
  ];
};

const notSaid = (silent: readonly string[]): Text =>
  told`Whether more waits for you is not known: Slack does not say who is in ${within(joined(silent.map(group), ', '))}.`;

const databases = ({ databases: all }: HomeContent, now: Now): types.KnownBlock[] => {
  const shown = all.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST.databases);
  return [
    title('Databases', 'databases'),
    ...(all.length === 0
      ? blocksOf('databases-none', lines(['There is none in the configuration. ', bold('Deploy a database'), ' says how to add one.']))
      : []),
    ...shown.flatMap((database): types.KnownBlock[] => {
      const value = chosenValue(database, all);
      return [
        ...blocksOf(`database-${value}`, lines(...databaseLines(database, value, now))),
        actions(
          `buttons-${value}`,
          homeButton('status', 'Status', value),
          homeButton('verify', 'Verify', value),
          homeButton('plan', 'Plan', value),
          homeButton('deploy', 'Deploy', value),
        ),
      ];
    }),
    ...more('databases-more', all.length - shown.length, ['/pgdist status']),
  ];
};

/** What needs somebody stands first. */
const rank = ({ last }: DatabaseNow): number => (typeof last === 'string' ? 3 : { danger: 0, ill: 1, unknown: 2, absent: 4, well: 5 }[last.standing]);

const databaseLines = (now: DatabaseNow, value: string, instant: Now): Line[] => {
  const { database, last, deploying } = now;
  const age = instant === undefined ? undefined : ageWords(now, instant);
  return [
    dotted(
      [bold(database.name), ...(value === database.name ? [] : [` of fleet ${now.fleet}`])],
      [standingWords(now), ...(typeof last === 'string' ? [] : [' at ', at(last.at), age === undefined ? '' : ` (${age})`])],
      deploying === undefined ? undefined : ['run ', code(deploying), ' plans or deploys it'],
    ),
    ...(typeof last === 'string' || last.what === undefined ? [] : [rendered(last.what)]),
    [`${database.version}, ${count(database.replicas, 'replica')} on ${namesUpTo(clustersOf(now), CLUSTERS_LENGTH)}`],
  ];
};

const recent = ({ recent: runs, waiting: above }: HomeContent, now: Now): types.KnownBlock[] => {
  const shown = runs.slice(0, MOST.recent);
  return [
    title('Newest runs', 'recent'),
    ...(runs.length === 0 ? blocksOf('recent-none', lines(noneOf(above))) : []),
    ...shown.flatMap((run) => runBlocks(run, now, `recent-${run.id}`)),
  ];
};

const noneOf = (above: readonly Run[]): Line =>
  above.length > 0 ? ['None but what waits for you above.'] : ['None yet. ', code('/pgdist deploy'), ' begins one.'];

/** What the card says of it, with the way to its thread and the buttons that the card has. */
const runBlocks = (run: Run, now: Now, id: string): types.KnownBlock[] => [
  ...blocksOf(
    id,
    lines(
      headline(run, now ?? run.requestedAt),
      run.state === 'awaiting-approval' ? stateLine(run, {}, now ?? run.requestedAt) : undefined,
      dotted(['asked by ', user(run.requestedBy.userId), ' ', at(run.requestedAt)], ['run ', code(run.id)]),
    ),
  ),
  ...rowOf(`${id}-buttons`, [...(run.thread.permalink === undefined ? [] : [linkButton(run, run.thread.permalink)]), ...runButtons(run)]),
];

const title = (text: string, id: string): types.HeaderBlock => ({ type: 'header', block_id: id, text: plain(text) });
const actions = (id: string, ...elements: readonly types.Button[]): types.ActionsBlock => ({
  type: 'actions',
  block_id: id,
  elements: [...elements],
});
const rowOf = (id: string, elements: readonly types.Button[]): types.ActionsBlock[] => (elements.length === 0 ? [] : [actions(id, ...elements)]);

const more = (id: string, left: number, [command]: readonly [string]): types.KnownBlock[] =>
  left <= 0 ? [] : blocksOf(id, lines([`and ${left} more: `, code(command)]));

/** Ids of blocks are unique in a view. */
const blocksOf = (id: string, ...parts: readonly Part[]): types.KnownBlock[] =>
  message(...parts).blocks.map((block, index) => ({ ...block, block_id: `${id}${index === 0 ? '' : `-${index + 1}`}` }));
