import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsOf } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { freePort } from '../../playground/control/free-port.ts';
import { operatorClient } from '../../playground/control/kit.ts';
import { makeLicence } from '../../playground/operators/kubedb/licence.ts';
import { BOT, CHANNEL, channelsFor, PEOPLE, TEAM } from '../../playground/people.ts';
import { startRealFleet } from '../../playground/real-fleet.ts';
import { addressTowards } from '../../playground/real/address-towards.ts';
import { runScript } from '../../playground/script/run.ts';
import { startSlack, type FakeSlack } from '../../playground/slack/index.ts';
import { stageOfSlack } from '../../playground/stage.ts';
import { patienceMs } from '../support/eventually.ts';
import { certificateAuthority } from '../support/certificates.ts';
import { openDoor } from './door.ts';
import { CLUSTERS, type Lab } from './lab.ts';

/** Times faster than the real ones that the operators are: the clusters' own work takes as long as it takes. */
const SPEED = 5;
/** Images that every lab has. */
const IMAGES = { stay: 'docker.io/library/busybox:1.36', postgres: 'docker.io/library/postgres:15' } as const;

export const PROBE_IMAGE = IMAGES.stay;

/** A workspace of its own, in whose channel the app is not yet. Close it. */
export interface Workspace {
  readonly slack: FakeSlack;
  /** As `/invite` does. */
  invite(): void;
  /** Runs script lines, each of which waits as long as the runner does; throws with what the channel says. */
  play(script: string): Promise<void>;
}

export interface World {
  readonly hubApiServer: string;
  readonly licence: string;
  /** PEM of who signed the certificates of the workspaces. */
  readonly authority: string;
  /** Opens a workspace that pods reach. */
  workspace(): Promise<Workspace>;
  close(): Promise<void>;
}

/** What is around an installation on the lab: operators as clients of the clusters' APIs, a licence, and workspaces. */
export const openWorld = async (lab: Lab): Promise<World> => {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-lab-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [hub] = CLUSTERS;
  const { way } = await credentialsOf(loadKubeConfig({ paths: lab.kubeconfig }, hub)).now();
  const fleet = await startRealFleet({
    kubeconfig: lab.kubeconfig,
    clusters: CLUSTERS.map((name) => ({ name, context: name })),
    hub,
    hubApiServer: way.server,
    kubedbNamespace: 'kubedb',
    databaseNamespaces: ['demo'],
    images: IMAGES,
    without: new Set(),
    speed: SPEED,
    folder,
  });
  opened.defer(() => fleet.close());
  const connection = fleet.connections.find(({ name }) => name === hub)!;
  const client = operatorClient(connection, 'pgdist-tests');
  opened.defer(() => client.close());
  const system = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  const host = await addressTowards(way.server);
  const authority = await certificateAuthority('pgdist lab');
  const kept = opened.move();
  return {
    hubApiServer: way.server,
    licence: await makeLicence({ clusterUid: system?.metadata.uid ?? '' }),
    authority: authority.pem,
    async workspace() {
      const [port, door] = [await freePort(), await openDoor(host, await authority.issue({ ip: host }))];
      kept.defer(() => door.close());
      const slack = await startSlack({
        port,
        origin: `https://${host}:${door.port}`,
        team: TEAM,
        users: PEOPLE,
        channels: channelsFor(undefined).map((channel) => ({ ...channel, members: PEOPLE.map(({ id }) => id) })),
        app: BOT,
        commands: [{ command: '/pgdist' }],
      });
      kept.defer(() => slack.close());
      door.leadTo(port);
      return workspaceOf(slack);
    },
    close: () => kept.disposeAsync(),
  };
};

const workspaceOf = (slack: FakeSlack): Workspace => ({
  slack,
  invite: () => slack.setMembers(CHANNEL, [...PEOPLE.map(({ id }) => id), BOT.botUserId]),
  async play(script) {
    const patienceSeconds = patienceMs() / 1000;
    const stage = stageOfSlack(slack, () => Promise.reject(new Error('nothing of the lab has switches')), { patienceSeconds });
    const { failed } = await runScript(script, stage, () => undefined, { patienceSeconds });
    if (failed !== undefined) throw new Error(`line ${failed.line.number} (${failed.line.text}): ${failed.reason}\n\n${slack.transcript(CHANNEL)}`);
  },
});
