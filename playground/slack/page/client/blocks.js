import { controlNode } from './controls.js';
import { h, safeUrl } from './dom.js';
import { icon } from './icons.js';
import { planNode, taskNode } from './plan.js';
import { isOpen, toggle } from './store.js';
import { tableNode } from './table.js';
import { inlineNodes, textNodes } from './text.js';

/**
 * A block as an element.
 * @param block what the server says is shown
 * @param place where: `key` names it for what the person opens and closes, `press(control, value?)` does what a control is for
 */
export const blockNode = (block, place) => {
  switch (block.kind) {
    case 'section':
      return h(
        'div',
        { class: 'block section' },
        h(
          'div',
          { class: 'section-text' },
          textNodes(block.parts),
          block.fields.length > 0 &&
            h(
              'div',
              { class: 'fields' },
              block.fields.map((field) => h('div', { class: 'field' }, textNodes(field))),
            ),
        ),
        block.control && h('div', { class: 'accessory' }, controlNode(block.control, place)),
        block.image && pictureNode(block.image, 'accessory-image'),
      );
    case 'header':
      return h('div', { class: 'block header' }, h('h3', {}, inlineNodes(block.inlines)));
    case 'context':
      return h(
        'div',
        { class: 'block context' },
        block.items.map((item) => (Array.isArray(item) ? h('span', {}, inlineNodes(item)) : pictureNode(item, 'context-image'))),
      );
    case 'actions':
      return h(
        'div',
        { class: 'block actions' },
        block.controls.map((control) => controlNode(control, place)),
      );
    case 'divider':
      return h('hr', { class: 'block' });
    case 'image':
      return h('div', { class: 'block' }, pictureNode(block.image, 'image'));
    case 'text':
      return h('div', { class: 'block' }, textNodes(block.parts));
    case 'table':
      return tableNode(block, place);
    case 'plan':
      return planNode(block, place);
    case 'task':
      return h('ol', { class: 'block plan tasks' }, taskNode(block.task, place));
    case 'container':
      return containerNode(block, place);
    case 'alert':
      return h('div', { class: `block alert ${block.level}`, role: 'alert' }, textNodes(block.parts));
    case 'input':
      return inputNode(block, place);
    default:
      return h('div', { class: 'block' });
  }
};

/** Pictures from elsewhere are not fetched: their text stands for them. */
const pictureNode = ({ url, alt }, className) =>
  safeUrl(url)?.startsWith('/') ? h('img', { src: url, alt, class: className }) : h('span', { class: `${className} no-picture`, title: url }, alt);

const containerNode = (block, place) => {
  const key = `${place.key}/container`;
  const open = !block.collapsible || isOpen(key, !block.collapsed);
  const title = [h('strong', {}, inlineNodes(block.title)), block.subtitle.length > 0 && h('span', { class: 'muted' }, inlineNodes(block.subtitle))];
  return h(
    'div',
    { class: 'block container' },
    block.collapsible
      ? h(
          'button',
          { class: 'disclosure', 'aria-expanded': String(open), onclick: () => toggle(key, !block.collapsed) },
          icon(open ? 'down' : 'right', 14),
          title,
        )
      : h('div', { class: 'disclosure' }, title),
    open &&
      h(
        'div',
        { class: 'container-body' },
        block.blocks.map((inner, index) => blockNode(inner, { ...place, key: `${key}/${index}` })),
      ),
  );
};

const inputNode = (block, place) =>
  h(
    'label',
    { class: 'block input', dataset: { block: block.blockId } },
    h('span', { class: 'input-label' }, block.label, block.optional && h('span', { class: 'muted' }, ' (optional)')),
    controlNode(block.control, place),
    h('span', { class: 'input-fault', role: 'alert' }),
    block.hint && h('span', { class: 'hint' }, block.hint),
  );
