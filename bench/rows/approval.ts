import { operatorClient } from '../../playground/control/kit.ts';
import type { Measure } from '../bench.ts';
import { clickedMs } from '../deploy.ts';
import type { Lab } from '../lab.ts';
import { percentile, told } from '../numbers.ts';
import { record } from '../recorder.ts';
import { atMost } from '../row.ts';

const SAMPLES = 20;

/**
 * From the click on Approve leaving Slack to the first request of pgdist that reaches a cluster. Each plan is made stale by a label on a node
 * before it is approved, so that the run compares, is superseded and writes nothing: the next sample finds the fleet untouched.
 */
export const approval: Measure = async (bench) => {
  const lab = await bench.pair();
  const took: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) took.push(await once(lab, index % 2 === 0));
  return [
    atMost({
      what: 'approval to first cluster call, p95',
      aim: '< 250 ms',
      value: percentile(took, 95),
      limit: 250,
      show: (p95) => `${told(p95)} (p50 ${told(percentile(took, 50))})`,
      note: `${SAMPLES} approvals of plans that no longer fit; from the click leaving Slack to the first request of pgdist at an API server.`,
    }),
  ];
};

const once = async (lab: Lab, labelled: boolean): Promise<number> => {
  await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 60');
  await labelGatewayNode(lab, labelled);
  const recording = record(lab.fleet);
  await lab.play('bob: approve\nwait no longer fits 60');
  recording.stop();
  const clicked = clickedMs(lab);
  const first = recording.requests.find(({ userAgent, atMs }) => userAgent === 'pgdist' && atMs >= clicked);
  if (first === undefined) throw new Error('an approval was followed by no request');
  return first.atMs - clicked;
};

/** Takes the label that pgdist wants to set away, or sets it for pgdist: either makes another plan. */
const labelGatewayNode = async ({ fleet }: Lab, labelled: boolean): Promise<void> => {
  const [connection] = fleet.connections;
  if (connection === undefined) throw new Error('the fleet has no cluster');
  const client = operatorClient(connection, 'somebody');
  const labels = { 'kubeslice.io/node-type': labelled ? 'gateway' : null };
  await client.merge({ apiVersion: 'v1', kind: 'Node', name: `${connection.name}-1` }, { metadata: { labels } });
  await client.close();
};
