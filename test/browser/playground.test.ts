import { afterAll, beforeAll, expect, test } from 'vitest';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { visit, type Visitor } from './visitor.ts';

let playground: TestPlayground;
let visitor: Visitor;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS);
  visitor = await visit(playground.slack.pageUrl);
});
afterAll(async () => {
  await visitor?.leave();
  await playground?.close();
});

/** The table's cells, row by row, without its head. */
const cellsOf = async (table: ReturnType<Visitor['page']['locator']>): Promise<string[][]> =>
  await Promise.all((await table.locator('tbody tr').all()).map((row) => row.locator('.cell').allInnerTexts()));

test('Alice asks for a deploy and reads its plan in the thread that opens by itself', async () => {
  const { messages, thread } = visitor;
  await visitor.type('/pgdist deploy postgres');
  await messages.filter({ hasText: 'Only visible to you' }).getByText('Planning deploy postgres on fleet demo').waitFor();
  const card = messages.filter({ hasText: 'Deploy postgres on demo' });
  await card.getByText('waiting for approval').waitFor();
  await thread.getByText('Plan for postgres (17.2, 3 replicas) on demo').waitFor();
  const plan = await thread.innerText();
  expect(plan).toMatch(/Changes to what exists:[^]*Node demo-controller-1, demo-worker-1 · is changed: label kubeslice.io\/node-type = gateway/);
  expect(plan).toMatch(/New:\s+demo-controller · .*Helm release kubeslice-controller/);
  expect(plan).toContain('If demo-controller (2 of 3 voters) is lost: writes stop until it is back.');
  expect(plan).toMatch(/Touches: DNS of 2 whole clusters/);
  expect(plan).toMatch(/Known only later: \d+ values/);
  expect(plan).toMatch(/approvers: @bob, not the requester · expires \d\d:\d\d/);
  expect(await card.getByRole('button').allInnerTexts()).not.toContain('Approve');
  await thread
    .locator('.file')
    .getByText(/^plan-.*\.txt$/)
    .waitFor();
  await thread.locator('.file').getByRole('button', { name: 'Show' }).click();
  await thread.locator('.file').getByText('to do').first().waitFor();
  await thread.locator('.file').getByRole('button', { name: 'Hide' }).click();
  await visitor.picture('approval');
});

test('Alice may not approve what she asked for, and only she is told so', async () => {
  const { thread } = visitor;
  await visitor.press(thread, 'Approve');
  const refusal = thread.locator('.message', { hasText: 'Only visible to you' });
  await refusal.getByText('You asked for this run, so you may not approve it. @bob may.').waitFor();
  await visitor.become('Bob Okafor');
  await thread.getByText('Plan for postgres').waitFor();
  expect(await visitor.page.getByText('Only visible to you').count()).toBe(0);
});

test('Bob approves, the card counts the steps up to success, and the thread ends with the replication table', async () => {
  const { messages, thread } = visitor;
  await visitor.press(thread, 'Approve');
  const card = messages.filter({ hasText: 'Deploy postgres on demo' });
  await card.getByText(/applying · step \d+ of 49/).waitFor();
  // Slack shows a plan collapsed; what a person opens stays open at every edit.
  const plan = card.locator('.plan > .disclosure');
  expect(await plan.getAttribute('aria-expanded')).toBe('false');
  expect(await card.locator('.task-title').count()).toBe(0);
  await plan.click();
  await card.getByText(/succeeded in \d+ s/).waitFor();
  await card.getByText('49 of 49 steps in place').waitFor();
  expect(await plan.getAttribute('aria-expanded')).toBe('true');
  expect(await card.locator('.task-title').allInnerTexts()).toEqual([
    expect.stringMatching(/^Preflight · all \d+ in place/),
    expect.stringMatching(/^Open Cluster Management · all \d+ in place · \d+ s$/),
    expect.stringMatching(/^KubeSlice · all \d+ in place · \d+ s$/),
    expect.stringMatching(/^DNS · all \d+ in place/),
    expect.stringMatching(/^KubeDB · all \d+ in place/),
    expect.stringMatching(/^Postgres · all \d+ in place · \d+ s$/),
  ]);
  await thread.getByText('postgres is running over 2 clusters').waitFor();
  expect((await cellsOf(thread.locator('table'))).map((cells) => cells.slice(0, 4))).toEqual([
    ['postgres-0', 'demo-controller', 'primary', 'running'],
    ['postgres-1', 'demo-worker', 'standby', 'streaming'],
    ['postgres-2', 'demo-controller', 'standby', 'streaming'],
  ]);
  const said = await thread.innerText();
  expect(said).toMatch(/Approved by @bob \d\d:\d\d/);
  expect(said).toContain('Connect: postgres.demo.svc.slice.local:5432');
  expect(await thread.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await visitor.picture('thread');
});

test('status says that all is well, and which standby is missing after its switch was turned off', async () => {
  const { messages, page, switches } = visitor;
  await visitor.type('/pgdist status postgres');
  await messages.getByText('postgres is healthy: primary postgres-0 on demo-controller, 2 of 2 standbys streaming').waitFor();
  await switches.getByRole('switch', { name: 'postgres-1' }).click();
  await switches.getByRole('switch', { name: 'postgres-1', checked: false }).waitFor();
  await visitor.type('/pgdist status postgres');
  const answer = messages.filter({ hasText: 'postgres needs a look: 1 of 2 standbys is missing' });
  await answer.getByText(/postgres-1 \(demo-worker\) missing since \d\d:\d\d:\d\d/).waitFor();
  expect((await cellsOf(answer.locator('table'))).map(([pod, , , state]) => `${pod} ${state}`)).toEqual([
    'postgres-0 running',
    'postgres-1 missing',
    'postgres-2 streaming',
  ]);
  expect(await answer.getByRole('button').allInnerTexts()).toEqual(['Verify', 'Ask again', 'Explain']);
  await page.mouse.move(0, 0);
  await visitor.picture('status');
});
