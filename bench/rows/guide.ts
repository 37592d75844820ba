import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { assembleChart } from '../../playground/charts/assemble.ts';
import { startSimulatedFleet, type SimulatedFleet } from '../../playground/fleet.ts';
import { makeLicence } from '../../playground/operators/kubedb/licence.ts';
import { operatorClient } from '../../playground/control/kit.ts';
import { toolPaths } from '../../playground/tools.ts';
import type { Measure } from '../bench.ts';
import { deployOf } from '../deploy.ts';
import { namesOf, placementOf } from '../fleet-shape.ts';
import { HUB_API } from '../guide/manifests.ts';
import { personAt } from '../guide/person.ts';
import { followGuide } from '../guide/steps.ts';
import { told } from '../numbers.ts';
import type { Row } from '../row.ts';

/** 'It may take a few attempts (e.g., retry every 10 seconds)': the guide, step 1.5. */
const PAUSE_MS = 10_000;

/** Both deploys that are compared run at it; the guide's takes several minutes at the clock of the other rows. */
const SPEED = 4;

/** The same deploy as the guide has it done, by somebody who types without a pause, against clusters of their own. */
export const guide: Measure = async ({ redisUrl }) => {
  const ours = await deployOf({ clusters: 2, speed: SPEED, redisUrl });
  const { wallMs, commands } = await typed(SPEED);
  const row: Row = {
    what: "deploy by the guide's commands over ours, 2 clusters",
    aim: '–',
    measured: `${(wallMs / ours.wallMs).toFixed(1)} (${told(wallMs)} / ${told(ours.wallMs)})`,
    note: `${commands} commands one after the other, no time to read, think or edit; ours counts from the approval. Clusters ${SPEED} times faster than real, for both. kubectl and helm are the real ones.`,
  };
  return [row];
};

const typed = async (speed: number): Promise<{ readonly wallMs: number; readonly commands: number }> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-bench-'));
  // PostgreSQL's servers run as another user where this one is root.
  await chmod(folder, 0o711);
  const [hub = '', spoke = ''] = namesOf(2);
  const fleet = await startSimulatedFleet({ clusters: [hub, spoke], hub, hubApiServer: HUB_API, speed, folder });
  try {
    const { helm, kubectl } = await toolPaths();
    const charts = {
      kubesliceController: await assembleChart('kubeslice-controller', join(folder, 'charts')),
      kubedb: await assembleChart('kubedb', join(folder, 'charts')),
    };
    const licenceFile = join(folder, 'licence.txt');
    await writeFile(licenceFile, await makeLicence({ clusterUid: await uidOf(fleet) }), { mode: 0o600 });
    const kubeconfig = join(folder, 'guide-kubeconfig');
    await copyFile(fleet.kubeconfig, kubeconfig);
    const path = [fleet.bin, dirname(helm), dirname(kubectl), process.env['PATH']].join(delimiter);
    const person = personAt({ environment: { PATH: path, HOME: folder, KUBECONFIG: kubeconfig }, pauseMs: PAUSE_MS / speed });
    const startedMs = performance.now();
    await followGuide(person, { hub, spoke, interfaces: { [hub]: 'enp3s0', [spoke]: 'eth0' }, placement: placementOf(2), charts, licenceFile });
    return { wallMs: performance.now() - startedMs, commands: person.typed };
  } finally {
    await fleet.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const uidOf = async ({ connections: [hub] }: SimulatedFleet): Promise<string> => {
  if (hub === undefined) throw new Error('the fleet has no hub');
  const client = operatorClient(hub, 'somebody');
  const namespace = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  await client.close();
  return namespace?.metadata.uid ?? '';
};
