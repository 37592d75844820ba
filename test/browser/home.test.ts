import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
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

test('a deploy without a name asks in a form, and what is sent with it is planned', async () => {
  const { page, messages } = visitor;
  await visitor.type('/pgdist deploy');
  const form = page.getByRole('dialog');
  await form.getByText('It is planned first: nothing changes before an approver presses Approve below the plan.').waitFor();
  expect(await form.innerText()).toMatch(/postgres\s+demo-controller, demo-worker · not looked yet[\s\S]*Declare it below databases in pgdist\.yaml/);
  await visitor.screen('form');
  await form.getByRole('button', { name: 'Plan it' }).click();
  await messages.filter({ hasText: 'Only visible to you' }).getByText('Planning deploy postgres on fleet demo').waitFor();
  await messages.filter({ hasText: 'Deploy postgres on demo' }).getByText('waiting for approval').waitFor();
});

test('the approver finds it in the Home tab and in a direct message', async () => {
  const { page, messages } = visitor;
  await visitor.become('Bob Okafor');
  await eventually(() => expect(playground.slack.directMessages('U0BOB')).toHaveLength(1));
  const sidebar = page.locator('#sidebar');
  await sidebar.locator('.sidebar-entry', { hasText: 'pgdist' }).click();
  await messages.getByText('Waits for your approval').waitFor();
  await visitor.screen('direct-message');
  await sidebar.locator('.sidebar-app').click();
  const home = page.locator('#app-home');
  await home.getByRole('heading', { name: 'Waits for you' }).waitFor();
  await home.getByRole('button', { name: 'Open the plan' }).waitFor();
  await visitor.screen('home');
  expect(await home.innerText()).toMatch(/Fleet demo[\s\S]*Waits for you[\s\S]*waiting for approval[\s\S]*Databases[\s\S]*not looked yet/);
  await home.getByRole('button', { name: 'Status' }).click();
  await page.getByRole('dialog').getByText('Asks the clusters and PostgreSQL now, and changes nothing.').waitFor();
});
