import type { types } from '@slack/bolt';
import type { Choice, DatabaseNow } from '../../../domain/database-now.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import { FLEET_OPTION } from '../../../domain/several-fleets.ts';
import type { FormKind } from '../../../ports/use-cases.ts';
import { cut, LIMITS } from '../limits.ts';
import { ageWords, clustersOf, namesUpTo, standingWords } from './database-words.ts';
import { databaseToAdd } from './database-to-add.ts';
import { leftOutLines, noneToChoose } from './databases-left-out.ts';
import { lines, message, type Part } from './message.ts';
import { bold, type Line } from './span.ts';
import { modal, plain } from './views.ts';

export const FORM_CALLBACK = 'database';
/** Ids of the inputs; each block has the id of its element. */
export const INPUTS = { database: 'database', channel: 'channel', privately: 'privately' } as const;

/** What is sent with the form and comes back with its submission; looked up again before anything is done. */
export interface FormOrigin {
  readonly verb: FormKind;
  /** Where it was asked for; absent: in the Home tab, which is no channel. */
  readonly channel?: string;
  /** Whose databases alone are meant. */
  readonly fleet?: string;
}

interface Form extends FormOrigin {
  /** Of the installation; what could be added is said for the first. */
  readonly fleets: readonly Fleet[];
  readonly choice: Choice;
  /** From the Home tab: those in which the run may be shown. */
  readonly channels: readonly string[];
  /** Name of the database that was meant already. */
  readonly chosen?: string;
  /** ISO instant. */
  readonly now: string;
}

/** Asks for what was left out of a command: of which database, and where there is a choice, in which channel. */
export const databaseForm = (form: Form): types.ModalView => {
  const { verb, channel, choice, channels, fleet, fleets } = form;
  const { databases } = choice;
  const [only] = channels;
  const where = channel ?? (channels.length === 1 ? only : undefined);
  const isEmpty = databases.length === 0 || (channel === undefined && only === undefined);
  return modal({
    callback: FORM_CALLBACK,
    title: TITLES[verb],
    ...(isEmpty ? {} : { submit: SUBMITS[verb] }),
    close: isEmpty ? 'Close' : 'Back',
    metadata: JSON.stringify({ verb, channel, fleet, shownIn: where }),
    blocks: [
      ...blocksOf(
        'promise',
        lines(
          databases.length === 0
            ? (noneToChoose(verb, choice) ?? ['There is no database in the configuration of ', ...namesOf(fleets, fleet), '.'])
            : promise(verb, where),
          ...leftOutLines(verb, choice),
        ),
      ),
      ...(isEmpty ? [] : [databaseInput(form)]),
      ...(isEmpty || where !== undefined ? [] : [channelInput(channels)]),
      ...(verb === 'status' && !isEmpty ? [PRIVATELY] : []),
      ...(verb === 'deploy' ? blocksOf('to-add', ...databaseToAdd(fleets.find(({ name }) => name === fleet) ?? fleets[0], choice)) : []),
    ],
  });
};

const namesOf = (fleets: readonly Fleet[], meant: string | undefined): Line =>
  meant === undefined && fleets.length > 1 ? ['any fleet'] : ['fleet ', bold(meant ?? fleets[0]?.name ?? '')];

/** What stands there while what is to choose from is being read. */
export const loadingForm = (verb: FormKind): types.ModalView =>
  modal({ callback: FORM_CALLBACK, title: TITLES[verb], close: 'Back', blocks: blocksOf('reading', lines(['Reading how the databases are…'])) });

/** Ids of blocks are unique in a view. */
const blocksOf = (name: string, ...parts: readonly Part[]): types.KnownBlock[] =>
  message(...parts).blocks.map((block, at) => ({ ...block, block_id: `${name}-${at + 1}` }));

const TITLES: Readonly<Record<FormKind, string>> = {
  deploy: 'Deploy a database',
  plan: 'Plan a deploy',
  verify: 'Verify a database',
  status: 'Status of a database',
};

const SUBMITS: Readonly<Record<FormKind, string>> = { deploy: 'Plan it', plan: 'Plan it', verify: 'Verify it', status: 'Ask' };

const PROMISES: Readonly<Record<FormKind, string>> = {
  deploy: 'It is planned first: nothing changes before an approver presses Approve below the plan.',
  plan: 'Shows what a deploy would do, and asks nobody to approve it.',
  verify: 'Looks at every step from the clusters to the standbys, and changes nothing.',
  status: 'Asks the clusters and PostgreSQL now, and changes nothing.',
};

const promise = (verb: FormKind, channel: string | undefined): Line => [
  `${PROMISES[verb]} `,
  ...(channel === undefined ? [] : (['It is shown in ', { kind: 'channel', id: channel }, '.'] as const)),
];

/** How a form and the Home tab name a database: with its fleet where there are several. */
export const chosenValue = ({ fleet, database }: DatabaseNow, all: readonly DatabaseNow[]): string =>
  all.every((other) => other.fleet === fleet) ? database.name : `${fleet}/${database.name}`;

/** The same as a command says it. */
export const chosenAsTyped = (chosen: string): string => {
  const [database = '', fleet] = chosen.split('/').toReversed();
  return fleet === undefined ? database : `${database} ${FLEET_OPTION} ${fleet}`;
};

const databaseInput = ({ choice: { databases }, chosen, now }: Form): types.InputBlock => {
  const options = databases.map((database) => databaseOption(database, chosenValue(database, databases), now));
  const initial = options.find(({ value }) => value === chosen) ?? (options.length === 1 ? options[0] : undefined);
  const common = { action_id: INPUTS.database, ...(initial === undefined ? {} : { initial_option: initial }) };
  return {
    type: 'input',
    block_id: INPUTS.database,
    label: plain('Database'),
    element:
      options.length <= LIMITS.radioOptions
        ? { type: 'radio_buttons', ...common, options }
        : { type: 'static_select', ...common, placeholder: plain('Choose a database'), ...inGroups(options) },
  };
};

/** A menu has so many options, or so many groups of them. */
const inGroups = (
  options: types.PlainTextOption[],
):
  | { readonly options: types.PlainTextOption[] }
  | { readonly option_groups: { readonly label: types.PlainTextElement; readonly options: types.PlainTextOption[] }[] } => {
  if (options.length <= LIMITS.menuOptions) return { options };
  const groups = Array.from({ length: Math.min(LIMITS.menuOptions, Math.ceil(options.length / LIMITS.menuOptions)) }, (_, at) =>
    options.slice(at * LIMITS.menuOptions, (at + 1) * LIMITS.menuOptions),
  );
  return {
    option_groups: groups.map((group) => ({ label: plain(cut(`${group[0]?.value} to ${group.at(-1)?.value}`, LIMITS.optionText)), options: group })),
  };
};

const databaseOption = (now: DatabaseNow, value: string, at: string): types.PlainTextOption => {
  const age = ageWords(now, at);
  const state =
    now.deploying === undefined ? `${standingWords(now)}${age === undefined ? '' : `, seen ${age}`}` : `run ${now.deploying} plans or deploys it`;
  const clusters = namesUpTo(clustersOf(now), LIMITS.optionText - state.length - SEPARATOR.length);
  return {
    text: plain(cut(value === now.database.name ? value : `${now.database.name} of ${now.fleet}`, LIMITS.optionText)),
    value,
    description: plain(cut(`${clusters}${SEPARATOR}${state}`, LIMITS.optionText)),
  };
};

const SEPARATOR = ' · ';

const channelInput = (channels: readonly string[]): types.InputBlock => ({
  type: 'input',
  block_id: INPUTS.channel,
  label: plain('Shown in'),
  element: {
    type: 'radio_buttons',
    action_id: INPUTS.channel,
    // Names of channels are known to Slack alone.
    options: channels.slice(0, LIMITS.radioOptions).map((id) => ({ text: { type: 'mrkdwn', text: `<#${id}>` }, value: id })),
  },
});

const PRIVATELY: types.InputBlock = {
  type: 'input',
  block_id: INPUTS.privately,
  optional: true,
  label: plain('Answer'),
  element: { type: 'checkboxes', action_id: INPUTS.privately, options: [{ text: plain('To me alone'), value: INPUTS.privately }] },
};
