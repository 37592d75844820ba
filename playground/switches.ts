import { operatorClient, type Connection } from './control/kit.ts';
import { FAULTS } from './faults/catalogue.ts';
import { HOPS, type Fault } from './faults/fault.ts';
import type { Playground } from './playground.ts';
import type { Switch, SwitchPanel } from './slack/contract.ts';

/** One thing that can be done to the fleet or to pgdist's processes; scripts name it by its id. */
interface Handle {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** What on and off come to, in words. */
  readonly words: readonly [on: string, off: string];
  isOn(): boolean;
  /** False before it is made: then there is nothing to switch. */
  exists?(): boolean;
  act(on: boolean): Promise<void> | void;
}

/** What a person can break, and mend again. */
const switchesOf = (playground: Playground): { readonly title: string; readonly handles: readonly Handle[] }[] => [
  { title: 'Database pods', handles: playground.pods.map((pod) => podHandle(playground, pod)) },
  { title: 'Clusters', handles: [...playground.fleet.apis.keys()].flatMap((name) => clusterHandles(playground, name)) },
  { title: 'Slice', handles: pairs([...playground.fleet.apis.keys()]).map(([a, b]) => tunnelHandle(playground, a, b)) },
  { title: "pgdist's processes", handles: [playground.bot, playground.worker].map((process) => processHandle(process)) },
];

const podHandle = ({ fleet, stopped, present }: Playground, { cluster, namespace, pod }: Playground['pods'][number]): Handle => ({
  id: pod,
  label: pod,
  description: `on ${cluster}`,
  words: ['runs', 'stopped'],
  isOn: () => !stopped.has(pod),
  exists: () => stopped.has(pod) || present.pod({ cluster, namespace, pod }),
  async act(on) {
    const { faults } = fleet.basics.get(cluster)!;
    if (on) faults.startContainer(namespace, pod);
    else faults.stopContainer(namespace, pod);
    await becomes(on, { connection: fleet.connections.find(({ name }) => name === cluster)!, namespace, pod });
    if (on) stopped.delete(pod);
    else stopped.add(pod);
  },
});

/** Resolves when the pod's cluster says that it is ready, or that it is not; a pod that is not there changes nothing. */
const becomes = async (ready: boolean, { connection, namespace, pod }: { connection: Connection; namespace: string; pod: string }): Promise<void> => {
  const client = operatorClient(connection, 'playground');
  const end = new AbortController();
  const given = AbortSignal.any([end.signal, AbortSignal.timeout(SETTLE_MS)]);
  const query = { apiVersion: 'v1', kind: 'Pod', namespace, fieldSelector: `metadata.name=${pod}` };
  await client.control(
    query,
    async ({ status }) => {
      const statuses: { ready: boolean }[] = status?.containerStatuses ?? [];
      if ((statuses.length > 0 && statuses.every((container) => container.ready)) === ready) end.abort();
    },
    { signal: given },
  );
  await client.close();
};

const SETTLE_MS = 120_000;

const clusterHandles = ({ fleet }: Playground, name: string): Handle[] => {
  const { faults } = fleet.apis.get(name)!;
  return [
    {
      id: name,
      label: name,
      description: 'API server of the cluster',
      words: ['answers', faults.hanging ? 'hangs' : 'refuses connections'],
      isOn: () => !faults.down && !faults.hanging,
      act: (on) => void ((faults.down = !on), (faults.hanging = false)),
    },
    {
      id: `answers ${name}`,
      label: `network of ${name}`,
      description: 'between pgdist and the API server',
      words: ['passes', 'hangs'],
      isOn: () => !faults.hanging,
      act: (on) => void (faults.hanging = !on),
    },
  ];
};

const tunnelHandle = ({ fleet, cutTunnels, present }: Playground, a: string, b: string): Handle => ({
  id: `tunnel ${a} ${b}`,
  label: `${a} – ${b}`,
  description: 'UDP between the gateways',
  words: ['passes', 'cut'],
  isOn: () => !cutTunnels.has(`${a} ${b}`),
  exists: () => cutTunnels.has(`${a} ${b}`) || present.tunnel(a, b),
  act(on) {
    if (on) fleet.kubeslice.mendTunnel(a, b);
    else fleet.kubeslice.cutTunnel(a, b);
    if (on) cutTunnels.delete(`${a} ${b}`);
    else cutTunnels.add(`${a} ${b}`);
  },
});

const processHandle = (process: Playground['worker']): Handle => ({
  id: process.name,
  label: process.name,
  description: 'off is kill -9',
  words: ['runs', 'killed'],
  isOn: () => process.running,
  act: (on) => (on ? process.start() : process.kill()),
});

const pairs = (names: readonly string[]): [string, string][] =>
  names.flatMap((a, index) => names.slice(index + 1).map((b): [string, string] => [a, b]));

/** What breaks in real fleets, hop by hop. */
const faultsOf = (playground: Playground): { readonly title: string; readonly handles: readonly Handle[] }[] =>
  playground.world === undefined
    ? []
    : HOPS.map((hop) => ({ title: hop, handles: FAULTS.filter((fault) => fault.hop === hop).map((fault) => faultHandle(playground, fault)) }));

const faultHandle = ({ world, planted, present, pods }: Playground, { id, plants, remedy, plant }: Fault): Handle => ({
  id,
  label: id.replaceAll('-', ' '),
  description: planted.has(id) ? `broken; the remedy: ${remedy}` : plants,
  words: ['as it should be', 'broken'],
  isOn: () => !planted.has(id),
  // Each breaks a fleet that has a database.
  exists: () => planted.has(id) || pods.some((at) => present.pod(at)),
  async act(on) {
    const mend = planted.get(id);
    if (on === (mend === undefined) || world === undefined) return;
    if (mend === undefined) planted.set(id, await plant(world));
    else {
      await mend();
      planted.delete(id);
    }
  },
});

/** The panel beside the page. */
export const panelOf = (playground: Playground): SwitchPanel => ({
  title: 'The fleet',
  groups: [
    ...switchesOf(playground)
      .filter(({ handles }) => handles.length > 0)
      .map(({ title, handles }) => ({ title, switches: handles.map(shown) })),
    ...(playground.startOver === undefined ? [] : [{ title: 'All of it', switches: [START_OVER] }]),
    ...faultsOf(playground)
      .filter(({ handles }) => handles.length > 0)
      .map(({ title, handles }) => ({ title: `Break something: ${title}`, folded: true, switches: handles.map(shown) })),
  ],
});

const START_OVER: Switch = {
  id: 'start-over',
  label: 'Fleet and channel',
  state: '',
  action: 'Start over',
  asks: 'Everything is taken away: clusters, databases, runs and messages. A fresh fleet is there some seconds later.',
};

const shown = ({ id, label, description, words: [on, off], isOn, exists }: Handle): Switch => {
  if (exists?.() === false) return { id, label, description, state: 'not there yet', tone: 'neutral' };
  return { id, label, description, state: isOn() ? 'on' : 'off', words: isOn() ? on : off, tone: isOn() ? 'good' : 'bad' };
};

const VERBS: Readonly<Record<string, boolean>> = { stop: false, kill: false, cut: false, break: false, start: true, mend: true };

/** Turns one thing on or off; throws with the ids that there are. */
export const turn = async (playground: Playground, id: string, on: boolean): Promise<void> => {
  if (id === START_OVER.id) return playground.startOver?.();
  const handles = [...switchesOf(playground), ...faultsOf(playground)].flatMap((group) => group.handles);
  const handle = handles.find((candidate) => candidate.id === id);
  if (handle === undefined) throw new Error(`the fleet has no ${id}: ${handles.map((candidate) => candidate.id).join(', ')}`);
  await handle.act(on);
  playground.slack.refreshSwitches();
};

/** Performs a script's words: 'stop postgres-1', 'kill worker', 'cut tunnel tokyo paris', 'break replay-paused'. */
export const perform = async (playground: Playground, action: string): Promise<void> => {
  const [verb = '', ...rest] = action.split(/\s+/);
  const on = VERBS[verb];
  if (on === undefined) throw new Error(`${verb} is nothing that can be done to the fleet: ${Object.keys(VERBS).join(', ')}`);
  await turn(playground, rest.join(' '), on);
};
