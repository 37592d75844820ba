import { expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import { DEPLOY, playgroundFor, type FleetShape } from '../support/playground.ts';

const ALONE: FleetShape = { clusters: ['hub'], placement: { hub: [0, 1] }, replicas: 2 };
const FOUR: FleetShape = {
  clusters: ['oslo', 'paris', 'rome', 'tokyo'],
  placement: { oslo: [0], paris: [1], rome: [2], tokyo: [3, 4] },
  replicas: 5,
};

test('a hub alone gets a database without a tunnel step', async () => {
  const playground = await playgroundFor(ALONE);
  try {
    await playground.play(`${DEPLOY}\nexpect streaming`);
    expect(playground.slack.transcript(CHANNEL)).not.toMatch(/tunnel .* up/);
  } finally {
    await playground.close();
  }
});

test('four clusters get a database over all of them', async () => {
  const playground = await playgroundFor(FOUR);
  try {
    await playground.play(`${DEPLOY}\nexpect streaming\nexpect 4 of 4 standbys streaming`);
  } finally {
    await playground.close();
  }
});
