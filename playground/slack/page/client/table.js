import { h } from './dom.js';
import { store, changed } from './store.js';
import { textNodes } from './text.js';

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
  const cells = (row, tag) => row.map((cell, column) => h(tag, { style: { 'text-align': block.align[column] ?? 'left' } }, textNodes(cell)));
  return h(
    'div',
    { class: 'block table' },
    h(
      'div',
      { class: 'table-scroll', tabindex: '0' },
      h(
        'table',
        {},
        block.caption && h('caption', {}, block.caption),
        h('thead', {}, h('tr', {}, cells(header, 'th'))),
        h(
          'tbody',
          {},
          rows.slice(page * size, (page + 1) * size).map((row) => h('tr', {}, cells(row, 'td'))),
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
