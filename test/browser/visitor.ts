import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { patienceMs } from '../support/eventually.ts';

/** A person in front of the playground's page. */
export interface Visitor {
  readonly page: Page;
  /** Messages of the channel, oldest first. */
  readonly messages: Locator;
  /** The pane of the open thread. */
  readonly thread: Locator;
  /** The panel with the switches of the fleet. */
  readonly switches: Locator;
  /** Takes the other person's seat with the menu at the top. */
  become(name: string): Promise<void>;
  /** Types into the channel's composer and sends it. */
  type(text: string): Promise<void>;
  /** Clicks a button in a message and, where it asks first, goes on. */
  press(where: Locator, button: string): Promise<void>;
  /** With PGDIST_SCREENSHOTS=1 docs/NAME.png is taken: the page as it is. */
  picture(name: string): Promise<void>;
  /** The page as it is goes to node_modules/.cache/pgdist-screens/NAME.png, for whoever looks. */
  screen(name: string): Promise<void>;
  leave(): Promise<void>;
}

const SCREENS = join(import.meta.dirname, '../../node_modules/.cache/pgdist-screens');

/** What keeps a browser on a server without display, sound or network from waiting for any of them. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens the page in headless Chromium, in UTC and English; waits as long as the runner does. */
export const visit = async (url: string, { width = 1440, height = 900 } = {}): Promise<Visitor> => {
  const executablePath = process.env['PGDIST_CHROMIUM'];
  if (executablePath === undefined) throw new Error('PGDIST_CHROMIUM is not set: start with `npm run test:browser`');
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', timezoneId: 'UTC', colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs());
  await page.goto(url);
  return {
    page,
    messages: page.locator('#channel .message'),
    thread: page.locator('#thread'),
    switches: page.locator('#switches'),
    async become(name) {
      await page.getByRole('button', { name: 'You are' }).click();
      await page.getByRole('menuitemradio', { name }).click();
      await page.getByRole('button', { name: `You are ${name}` }).waitFor();
    },
    async type(text) {
      const field = page.locator('#channel').getByRole('textbox');
      await field.fill(text);
      await field.press('Enter');
    },
    async picture(name) {
      if (process.env['PGDIST_SCREENSHOTS'] !== '1') return;
      await page.screenshot({ path: join(import.meta.dirname, `../../docs/${name}.png`), animations: 'disabled', caret: 'hide' });
    },
    screen: async (name) => void (await page.screenshot({ path: join(SCREENS, `${name}.png`), animations: 'disabled', caret: 'hide' })),
    async press(where, button) {
      await where.getByRole('button', { name: button, exact: true }).click();
      const dialog = page.getByRole('dialog');
      if (await dialog.isVisible()) await dialog.getByRole('button', { name: button, exact: true }).click();
    },
    leave: () => browser.close(),
  };
};
