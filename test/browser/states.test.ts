import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { faultsOf, PHONE, WIDTHS } from './accessible.ts';
import { visit, type Visitor } from './visitor.ts';

let playground: TestPlayground;
let visitor: Visitor;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60, startOver: () => undefined });
  visitor = await visit(playground.slack.pageUrl);
});
afterAll(async () => {
  await visitor?.leave();
  await playground?.close();
});

/** What is wrong with the page as it is, at each width; the page has its first width again afterwards. */
const looked = async (state: string): Promise<string[]> => {
  const { page } = visitor;
  const before = page.viewportSize()!;
  const found: string[] = [];
  for (const size of WIDTHS) {
    await page.setViewportSize(size);
    await visitor.screen(`${state}-${size.width}`);
    found.push(...(await faultsOf(page)).map((fault) => `${state} at ${size.width}: ${fault}`));
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    if (overflow > 0) found.push(`${state} at ${size.width}: ${overflow} pixels wider than its window`);
  }
  await page.setViewportSize(before);
  return found;
};

const field = () => visitor.page.locator('#channel').getByRole('textbox');

test('an empty channel says what to type, and a line of it goes into the composer with one click', async () => {
  const { page } = visitor;
  await page.getByText('Nothing has been said here yet.').waitFor();
  expect(await looked('empty')).toEqual([]);
  await page.getByRole('button', { name: '/pgdist deploy postgres' }).click();
  expect(await field().inputValue()).toBe('/pgdist deploy postgres');
  await field().fill('');
});

test('a slash proposes commands, arrows choose, Esc closes, and the page stays without fault', async () => {
  const { page } = visitor;
  await field().fill('/');
  await page.getByRole('listbox').waitFor();
  expect(await looked('proposals')).toEqual([]);
  await field().press('Escape');
  expect(await page.getByRole('listbox').count()).toBe(0);
  await field().fill('');
});

test('nothing that does not exist yet has a switch, and each switch says in words how it is now', async () => {
  const { switches } = visitor;
  const pod = switches.locator('.switch', { hasText: 'postgres-1' });
  expect(await pod.innerText()).toContain('not there yet');
  expect(await pod.getByRole('switch').count()).toBe(0);
  const cluster = switches.locator('.switch', { has: visitor.page.getByRole('switch', { name: 'demo-worker', exact: true }) });
  expect(await cluster.innerText()).toContain('answers API server of the cluster');
  await cluster.getByRole('switch').click();
  await eventually(async () => expect(await cluster.innerText()).toContain('refuses connections'));
  expect(await looked('switched')).toEqual([]);
  await cluster.getByRole('switch').click();
  await eventually(async () => expect(await cluster.innerText()).toContain('answers'));
});

test('who one is, the dialog of starting over and the panel on a phone are left with Esc, and focus goes back where it came from', async () => {
  const { page } = visitor;
  const focused = () => page.evaluate<string | undefined>("document.activeElement?.closest('[data-focus]')?.dataset.focus");
  await page.getByRole('button', { name: 'You are' }).click();
  await page.keyboard.press('ArrowDown');
  expect(await looked('who')).toEqual([]);
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await focused()).toBe('person'));
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => expect(await focused()).toBe('switch/start-over'));
  await page.getByRole('button', { name: 'Start over' }).click();
  expect(await looked('dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  const before = page.viewportSize()!;
  await page.setViewportSize(PHONE);
  await page.getByRole('button', { name: 'Open The fleet' }).click();
  await page.getByRole('button', { name: 'Close panel' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await visitor.screen('panel-390');
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await focused()).toBe('open-switches'));
  await page.getByRole('button', { name: 'Open Channels' }).click();
  await visitor.screen('channels-390');
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.setViewportSize(before);
});

test('a plan that waits is approved on a phone: card, thread, dialog and table are whole at its width', async () => {
  const { page, thread, messages } = visitor;
  await visitor.type('/pgdist deploy postgres');
  await messages.filter({ hasText: 'waiting for approval' }).first().waitFor();
  await thread.getByText('Plan for postgres').waitFor();
  expect(await looked('plan')).toEqual([]);
  await page.setViewportSize(PHONE);
  await page.getByRole('button', { name: 'You are' }).click();
  await page.getByRole('menuitemradio', { name: 'Bob Okafor' }).click();
  await messages.getByRole('button', { name: /repl/ }).click();
  await thread.getByText('Plan for postgres').waitFor();
  await visitor.screen('thread-390');
  expect(await faultsOf(page)).toEqual([]);
  await visitor.press(thread, 'Approve');
  await thread.getByText('postgres is running over 2 clusters').waitFor();
  const row = thread.locator('tbody tr').first();
  await row.scrollIntoViewIfNeeded();
  await visitor.screen('table-390');
  expect(await faultsOf(page)).toEqual([]);
  const cells = await Promise.all((await row.locator('td').all()).map((cell) => cell.boundingBox()));
  expect(cells.length).toBeGreaterThan(3);
  for (const box of cells) expect(box!.x + box!.width).toBeLessThanOrEqual(PHONE.width);
  await page.keyboard.press('Escape');
  await messages.getByText('succeeded in').waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await looked('deployed')).toEqual([]);
});

test('the arrow up brings back what was sent, the arrow down what was typed before', async () => {
  await visitor.type('/pgdist status postgres');
  await visitor.type('/pgdist runs');
  await field().press('ArrowUp');
  expect(await field().inputValue()).toBe('/pgdist runs');
  await field().press('ArrowUp');
  expect(await field().inputValue()).toBe('/pgdist status postgres');
  await field().press('ArrowDown');
  await field().press('ArrowDown');
  expect(await field().inputValue()).toBe('');
});

test('a workspace that does not answer is told, in the place of a page that stands still, and so is one that has no app', async () => {
  const { page } = visitor;
  await playground.bot.kill();
  await page.getByText('pgdist is not connected').waitFor();
  expect(await looked('no-bot')).toEqual([]);
  await page.context().setOffline(true);
  await playground.slack.close();
  await page.getByText('The workspace does not answer').waitFor();
  expect(await looked('lost')).toEqual([]);
});
