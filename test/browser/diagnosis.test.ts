import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { DEPLOY, playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { visit, type Visitor } from './visitor.ts';

let playground: TestPlayground;
let visitor: Visitor;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  await playground.play(DEPLOY);
  visitor = await visit(playground.slack.pageUrl);
});
afterAll(async () => {
  await visitor?.leave();
  await playground?.close();
});

const BROKEN = 'coredns scaled to 0';

test('what is broken from the list of the page is named by verify as the one cause, and a mended fleet is well again', async () => {
  const { messages, switches, thread, page } = visitor;
  await switches.getByText('Break something: DNS').click();
  await switches.getByRole('switch', { name: BROKEN }).click();
  await switches.getByRole('switch', { name: BROKEN, checked: false }).waitFor();
  await visitor.type('/pgdist verify postgres');
  const card = messages.filter({ hasText: 'Verify postgres on demo' }).last();
  await card.getByText('postgres needs a look: CoreDNS of demo-worker has no pods').waitFor();
  const reply = thread.locator('.message', { hasText: 'first broken hop: CoreDNS of demo-worker forwards slice names' });
  await reply.getByText('kubectl --context demo-worker -n kube-system scale deployment coredns --replicas=2').waitFor();
  expect(await reply.innerText()).toMatch(/Follows from it:\s+PGD-052 slice names do not resolve on demo-worker\./);
  expect(await reply.innerText()).toContain('Ruled out: 47 of 49 hops hold');
  await page.mouse.move(0, 0);
  await visitor.picture('diagnosis');
  await switches.getByRole('switch', { name: BROKEN }).click();
  await switches.getByRole('switch', { name: BROKEN, checked: true }).waitFor();
  await eventually(async () => {
    await visitor.type('/pgdist verify postgres');
    const answer = messages.filter({ hasText: 'Verify postgres on demo' }).last();
    await answer
      .getByText(/is healthy|needs a look/)
      .first()
      .waitFor();
    expect(await answer.innerText()).toContain('is healthy');
  });
});
