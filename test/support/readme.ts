import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { patienceMs } from './eventually.ts';

const root = new URL('../../', import.meta.url).pathname;

/** A page beside code whose tables say what the code does. */
export interface Readme {
  readonly text: string;
  /** Cells of each row of the first table under a heading, marks of code taken off; throws when there is none. */
  rows(heading: string): readonly (readonly string[])[];
  /** Runs the page's first block of TypeScript in the page's folder, as a reader would; what it prints. */
  runExample(): Promise<string>;
}

/** The README.md of a folder, as 'playground/slack'. */
export const readmeOf = (folder: string): Readme => {
  const page = readFileSync(join(root, folder, 'README.md'), 'utf8');
  return {
    text: page,
    rows(heading) {
      const section = page.split(/^##? /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
      const lines = section.split('\n').filter((line) => line.startsWith('|'));
      const rows = lines.slice(2).map((line) =>
        line
          .slice(1, line.lastIndexOf('|'))
          .split('|')
          .map((cell) => cell.trim().replaceAll('`', '')),
      );
      if (rows.length === 0) throw new Error(`${folder}/README.md has no table under ${heading}`);
      return rows;
    },
    async runExample() {
      const [, example = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', example], {
        cwd: join(root, folder),
        timeout: patienceMs(),
      });
      return stdout;
    },
  };
};

/** A cell that lists things, 'a, b'; '—' lists nothing. */
export const listed = (cell: string | undefined): string[] => (cell === undefined || cell === '—' ? [] : cell.split(', '));

/** Those of the cells 'objects: writes nothing in a dry run' that name no test by its file under `folder` (without its endings) and its title as written there. */
export const heldByNoTest = (folder: string, cells: readonly (string | undefined)[]): string[] => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const titlesIn = (name: string): (string | undefined)[] =>
    files
      .filter((file) => basename(file).split('.')[0] === name)
      .flatMap((file) => [...readFileSync(join(root, folder, file), 'utf8').matchAll(TITLE)].map(([, , title]) => title));
  return cells
    .map((cell = '') => cell)
    .filter((cell) => {
      const [, name = '', title = ''] = /^([\w-]+): (.+)$/.exec(cell) ?? [];
      return !titlesIn(name).includes(title);
    });
};

/** Of it(…), test(…) and their tables: a text, then the function or options before it. */
const TITLE = /\(\s*(['"])((?:(?!\1).)+)\1,\s*(?:\{[^}]*\},\s*)?(?:async )?\(/g;
