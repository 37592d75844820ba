import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { DEPLOY, playgroundFor, type FleetShape, type TestPlayground } from '../support/playground.ts';
import { turn } from '../../playground/switches.ts';
import { visit, type Visitor } from './visitor.ts';

const WATCHED: FleetShape = {
  clusters: ['demo-controller'],
  placement: { 'demo-controller': [0, 1] },
  replicas: 2,
  watch: { everyMinutes: 0.5 },
};

let playground: TestPlayground;
let visitor: Visitor;
afterEach(async () => {
  await visitor?.leave();
  await playground?.close();
});

test('a standby that stops is told in the thread of the deploy, and told as over when it streams again', async () => {
  playground = await playgroundFor(WATCHED, { speed: 60 });
  await playground.play(DEPLOY);
  await turn(playground, 'postgres-1', false);
  visitor = await visit(playground.slack.pageUrl);
  // The thread opens by itself.
  const { thread } = visitor;
  const alert = thread.locator('.message', { hasText: 'edited while it lasts' });
  await alert.scrollIntoViewIfNeeded();
  expect(await alert.innerText()).toMatch(/postgres needs a look (since|first seen) \d\d:\d\d:\d\d/);
  await visitor.picture('alert');
  await turn(playground, 'postgres-1', true);
  const over = thread.locator('.message', { hasText: 'postgres is well again since' });
  await over.scrollIntoViewIfNeeded();
  expect(await over.innerText()).toMatch(/after (about )?\d+ (s|min)/);
  await eventually(async () => expect(await alert.count()).toBe(0));
  await visitor.picture('alert-ended');
});
