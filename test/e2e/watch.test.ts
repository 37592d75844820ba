import { afterEach, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import { turn } from '../../playground/switches.ts';
import { alertsTold } from '../support/alerts-told.ts';
import { eventually } from '../support/eventually.ts';
import { DEPLOY, playgroundFor, type FleetShape, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
afterEach(() => playground?.close());

/** Looked at every 6 s, and each 1.2 s while something is wrong. */
const WATCHED: FleetShape = { clusters: ['hub'], placement: { hub: [0, 1] }, replicas: 2, watch: { everyMinutes: 0.1 } };

/** A database that runs. */
const deployed = async (): Promise<void> => {
  playground = await playgroundFor(WATCHED, { speed: 60 });
  await playground.play(DEPLOY);
};

const alerts = (): string[] => alertsTold(playground.slack, CHANNEL);

test('a standby that stops is told once in the thread of the deploy, also when the worker dies meanwhile, and closed when it streams again', async () => {
  await deployed();
  const { worker } = playground;
  await turn(playground, 'postgres-1', false);
  await eventually(() => expect(alerts()).toHaveLength(1));
  expect(alerts()[0]).toContain('postgres needs a look since');
  await worker.kill();
  await worker.start();
  await turn(playground, 'postgres-1', true);
  await eventually(() => expect(alerts().join('\n')).toContain('postgres is well again since'));
  expect(alerts()).toHaveLength(1);
  expect(playground.slack.transcript(CHANNEL)).not.toContain('<!');
});
