import { h } from './dom.js';
import { store, changed } from './store.js';
import { textNodes } from './text.js';

const plainOf = (parts) => parts.flatMap(({ inlines = [] }) => inlines.map(({ text }) => text)).join('');

/** A table with its header; a data_table shows one page at a time. */
export const tableNode = (block, place) => {
  const [header = [], ...rows] = block.rows;
  const key = `${place.key}/page`;
  const size = block.pageSize ?? rows.length;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(store.toggled.get(key) ?? 0, pages - 1);
  const turn = (by) => {
    store.toggled.set(key, page + by);
    changed();
  };
  // Roles, because a narrow pane shows each row as a list of its cells, which is no table to a browser any more.
  const cells = (row, tag) =>
    row.map((cell, column) =>
      h(
        tag,
        { role: tag === 'th' ? 'columnheader' : 'cell', style: { 'text-align': block.align[column] ?? 'left' } },
        tag === 'td' && h('span', { class: 'cell-name', 'aria-hidden': 'true' }, plainOf(header[column] ?? [])),
        h('div', { class: 'cell' }, textNodes(cell)),
      ),
    );
  return h(
    'div',
    { class: 'block table' },
    h(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'group', 'aria-label': block.caption || 'Table' },
      h(
        'table',
        { role: 'table' },
        block.caption && h('caption', {}, block.caption),
        h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, cells(header, 'th'))),
        h(
          'tbody',
          { role: 'rowgroup' },
          rows.slice(page * size, (page + 1) * size).map((row) => h('tr', { role: 'row' }, cells(row, 'td'))),
        ),
      ),
    ),
    pages > 1 &&
      h(
        'div',
        { class: 'pager' },
        h('button', { class: 'button small', disabled: page === 0, onclick: () => turn(-1) }, 'Previous'),
        h('span', { class: 'muted' }, `Page ${page + 1} of ${pages}`),
        h('button', { class: 'button small', disabled: page === pages - 1, onclick: () => turn(1) }, 'Next'),
      ),
  );
};
