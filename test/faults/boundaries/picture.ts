import { CHANNEL } from '../../../playground/people.ts';
import { markOf } from '../marks.ts';
import type { Scene } from '../scene.ts';
import { runsOf } from '../scene.ts';
import { withoutChance } from './boundary.ts';

/** How a deploy ended, without what differs between two that nothing disturbed. */
export interface Picture {
  /** Replies of the thread in their order, as they read, files last. */
  readonly thread: readonly string[];
  /** Objects that pgdist and its tools wrote, with what they want. */
  readonly objects: ReadonlyMap<string, string>;
  /** Whatever there is in the clusters. */
  readonly all: ReadonlySet<string>;
}

export const pictureOf = async (scene: Scene): Promise<Picture> => ({ thread: await threadOf(scene), ...objectsOf(scene) });

/** What the second has otherwise than the first, a sentence each. */
export const otherwise = (wanted: Picture, found: Picture): string[] => [
  ...differences(
    'the thread',
    new Map(wanted.thread.map((text, at) => [`reply ${at + 1}`, text])),
    new Map(found.thread.map((text, at) => [`reply ${at + 1}`, text])),
  ),
  // A tool that is started again writes by name what it had made without naming it in the path.
  ...differences('the clusters', wanted.objects, new Map([...found.objects].filter(([key]) => wanted.objects.has(key) || !wanted.all.has(key)))),
];

const differences = (where: string, wanted: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] => [
  ...[...wanted].flatMap(([key, value]) => {
    const now = found.get(key);
    if (now === undefined) return [`${where}: ${key} is missing`];
    return now === value ? [] : [`${where}: ${key} is ${firstDifference(value, now)}`];
  }),
  ...[...found.keys()].filter((key) => !wanted.has(key)).map((key) => `${where}: ${key} is too much`),
];

const SHOWN = 60;

const firstDifference = (wanted: string, found: string): string => {
  let at = 0;
  while (at < wanted.length && wanted[at] === found[at]) at += 1;
  const from = Math.max(0, at - 20);
  return `«${found.slice(from, from + SHOWN)}» for «${wanted.slice(from, from + SHOWN)}»`;
};

const threadOf = async (scene: Scene): Promise<string[]> => {
  const [run] = await runsOf(scene);
  const { slack } = scene.playground;
  const card = slack.messages(CHANNEL).find(({ metadata }) => markOf(metadata)?.run === run?.id && markOf(metadata)?.key === 'card');
  if (card === undefined) return [];
  const below = slack
    .thread(CHANNEL, card.ts)
    .filter(({ ts, metadata }) => ts !== card.ts && !ABOUT_WORKERS.test(markOf(metadata)?.key ?? ''))
    .map(({ ts, files }) => ({
      isFile: files.length > 0,
      text: withoutMeasures([slack.messageText(CHANNEL, ts), ...files.map(({ name }) => name)].join(' ')),
    }));
  // A file comes after whatever people wait for: where it stands is how long the words took.
  return [...below.filter(({ isFile }) => !isFile), ...below.filter(({ isFile }) => isFile)].map(({ text }) => text);
};

/** That workers were away for a while, which they are while both of them start again, is true and no part of how a deploy goes. */
const ABOUT_WORKERS = /^absent-/;

/** What was drawn, measured or counted in a reply differs from deploy to deploy, and with it how wide a column is. */
const withoutMeasures = (text: string): string =>
  withoutChance(text.replaceAll(/plan-\w+-[0-9a-f]+/g, 'plan').replaceAll(/`[0-9a-f]{4}…`/g, 'DIGEST'))
    .replaceAll(/\d+/g, '#')
    .replaceAll(/(# (ms|s|min|h) ?)+/g, 'a while ')
    .replaceAll(/-{3,}/g, '---')
    // Said as long as it is so.
    .replaceAll(/\n *KubeDB still says [^\n]*/g, '')
    .replaceAll(/[^\S\n]+/g, ' ')
    // Nothing is measured yet where a standby has only just begun.
    .replaceAll(/\| (# [kMG]?B|–) \| (a while|–) \|/g, '| LAG | LAG |');

/** Kinds that come and go by themselves, and those that controllers name by lot. */
const PASSING = /^(events|leases|pods|endpoints|endpointslices|replicasets|controllerrevisions|certificatesigningrequests|nodes|jobs|tokenreviews)$/;

const objectsOf = ({ playground, audit }: Scene): Pick<Picture, 'objects' | 'all'> => {
  const written = new Set(audit.writes.map(({ cluster, path }) => `${cluster} ${path}`));
  const objects = new Map<string, string>();
  const all = new Set<string>();
  for (const [cluster, api] of playground.fleet.apis) {
    const stop = api.observe({
      change({ type, plural, object }) {
        const { namespace, name } = object.metadata;
        const end = `${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
        if (type !== 'ADDED' || PASSING.test(plural) || /sh\.helm\.release/.test(name)) return;
        const key = withoutChance(`${cluster} ${end}`);
        all.add(key);
        if (![...written].some((path) => path.startsWith(`${cluster} `) && path.endsWith(end))) return;
        const { spec, data, rules } = object as Record<string, unknown>;
        objects.set(key, wantedOf({ spec, data: plural === 'secrets' ? undefined : data, rules }));
      },
    });
    stop();
  }
  return { objects, all };
};

/** What was drawn, signed or given out at the time differs; so do addresses. */
const wantedOf = (wanted: object): string =>
  withoutChance(JSON.stringify(wanted))
    .replaceAll(/[A-Za-z0-9+/=_-]{60,}/g, 'LONG')
    .replaceAll(/\b\d+\.\d+\.\d+\.\d+(:\d+)?\b/g, 'ADDRESS');
