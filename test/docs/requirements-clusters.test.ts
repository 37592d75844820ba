import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COREFILES } from '../steps/coredns/corefiles.ts';
import { DNS_FLAVOURS } from '../steps/coredns/dns-flavours.ts';
import { NODES } from '../steps/kube/node-forms.ts';
import { HUB_ADDRESSES } from '../steps/preflight/hub-addresses.ts';

const page = readFileSync(new URL('../../docs/requirements.md', import.meta.url), 'utf8');
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const TABLES: Readonly<Record<string, string>> = {
  'nodes that take pods': table(
    ['Node', 'Taken'],
    NODES.map(({ title, why }) => [first(title.replace(/ (does not|takes pods|may take pods).*$/, '')), why === undefined ? 'yes' : `no: ${why}`]),
  ),
  'addresses of the hub': table(
    ['`hub.apiServer`', 'Taken'],
    HUB_ADDRESSES.map(({ address, why }) => [`\`${address}\``, why === undefined ? 'yes' : `no: ${why}`]),
  ),
  'what answers DNS': table(
    ['DNS', 'Told by', 'pgdist'],
    DNS_FLAVOURS.map(({ name, toldBy, does }) => [first(name), toldBy, does]),
  ),
  'forms of a Corefile': table(
    ['A Corefile', 'pgdist'],
    COREFILES.map(({ title, broken, stuck, from }) => [
      title,
      broken === true
        ? 'names the line: CoreDNS does not start with it'
        : stuck === true
          ? 'names the line, and changes nothing'
          : from === undefined
            ? 'puts its block first'
            : 'puts the address right',
    ]),
  ),
};

test.each(Object.entries(TABLES))('the table of %s is what the cases of the tests say', (_, expected) => {
  expect(page).toContain(`\n${expected}\n`);
});
