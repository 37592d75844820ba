import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = new URL('../../playground/', import.meta.url).pathname;
const ROOMS = ['control', 'node', 'operators', 'postgres', 'clusteradm'];

/** What never rejects: it catches what happens inside. */
const NEVER_REJECTS =
  /^void (keepRunning\(|client\.control\(|time\s*\.after\(|(work|drain|loop|beat|reload)\(|running\?\.ready\?\.then\(|one\.then\(|answer\(|inner\.destroy\(|server\.ended\.then\()/;

/** From 'void' at the start of a statement to the semicolon that ends it. */
const floating = (source: string): string[] =>
  [...source.matchAll(/^ *(?:if \([^\n]*\) |else )?(void [a-z(])/gm)].map((found) => {
    const from = found.index + found[0].lastIndexOf('void ');
    let depth = 0;
    let at = from;
    for (; at < source.length && !(source[at] === ';' && depth === 0); at += 1) {
      if ('({['.includes(source[at]!)) depth += 1;
      if (')}]'.includes(source[at]!)) depth -= 1;
    }
    return source.slice(from, at);
  });

/** Whether a rejection of any part of it is heard: it ends with a catch. A second argument of `then` hears nothing of the first one. */
const isHeard = (statement: string): boolean => NEVER_REJECTS.test(statement) || /\.catch\([^;]*\)$/.test(statement) || /\btry \{/.test(statement);

test('work that goes on by itself has somewhere for its errors: a rejection that nobody hears would end the playground', () => {
  const unheard = ROOMS.flatMap((room) =>
    readdirSync(join(folder, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        floating(readFileSync(join(folder, room, file), 'utf8'))
          .filter((statement) => !isHeard(statement))
          .map((statement) => `${room}/${file}: ${statement.split('\n')[0]}`),
      ),
  );
  expect(unheard).toEqual([]);
});
