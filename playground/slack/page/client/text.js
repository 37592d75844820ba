import { h, safeUrl } from './dom.js';
import { store } from './store.js';

const inlineNode = (inline) => {
  if (inline.kind === 'emoji') return h('span', { class: 'emoji', title: `:${inline.name}:` }, inline.character);
  const node = leaf(inline);
  const { bold, italic, strike, code } = inline.style;
  return [code && 'code', strike && 's', italic && 'em', bold && 'strong'].filter(Boolean).reduce((inner, tag) => h(tag, {}, inner), node);
};

const leaf = (inline) => {
  switch (inline.kind) {
    case 'link': {
      const href = safeUrl(inline.url);
      return h('a', { href, target: '_blank', rel: 'noopener noreferrer', title: inline.url }, inline.text);
    }
    case 'mention':
      return h(
        'span',
        { class: inline.about === store.userId || inline.about === 'channel' || inline.about === 'here' ? 'mention me' : 'mention' },
        inline.text,
      );
    default:
      return document.createTextNode(inline.text);
  }
};

export const inlineNodes = (inlines) => inlines.map(inlineNode);

/** Formatted text. Line breaks are kept by CSS. */
export const textNodes = (parts) =>
  parts.map((part) => {
    switch (part.kind) {
      case 'quote':
        return h('blockquote', {}, inlineNodes(part.inlines));
      case 'preformatted':
        return h('pre', { tabindex: '0' }, part.text);
      case 'heading':
        return h('p', { class: 'heading' }, inlineNodes(part.inlines));
      case 'list':
        return h(
          part.ordered ? 'ol' : 'ul',
          { class: `indent-${part.indent}`, start: part.ordered ? part.first : undefined },
          part.items.map((item) => h('li', {}, inlineNodes(item))),
        );
      default:
        return h('p', {}, inlineNodes(part.inlines));
    }
  });
