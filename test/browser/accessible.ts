import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 390, height: 844 };

/** Windows in which the page has to be usable. */
export const WIDTHS = [PHONE, { width: 768, height: 1024 }, { width: 1024, height: 768 }, { width: 1440, height: 900 }];

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** What axe-core calls serious or critical in the page as it is now, contrast below 4.5 too: 'rule: element: why'. Dark and light. */
export const faultsOf = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(SOURCE);
    const violations = await page.evaluate(
      async () => (await (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run()).violations,
    );
    found.push(
      ...violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${colorScheme} ${id}: ${target.join(' ')}: ${failureSummary}`)),
    );
  }
  return found;
};
