import { createComposer } from './composer.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { avatar } from './message.js';
import { fillList } from './pane.js';
import { width } from './width.js';
import { channelOf, store, topLevelOf, userOf } from './store.js';

/** The middle of the page: head, messages, composer. Returns what draws it again. */
export const createChannel = (root) => {
  const head = h('header', { class: 'pane-head' });
  const list = h('div', { class: 'messages', role: 'log', tabindex: '0', 'aria-label': 'Messages' });
  const composer = createComposer(() => ({ channel: store.channelId, label: `Message ${titleOf(channelOf(store.channelId))}` }));
  const empty = h('div', { class: 'empty', hidden: true });
  root.append(head, empty, list, composer.element);
  let shown;
  return () => {
    const channel = channelOf(store.channelId);
    if (!channel) return;
    const fresh = shown !== `${store.userId}/${channel.id}`;
    shown = `${store.userId}/${channel.id}`;
    head.replaceChildren(...headNodes(channel));
    const messages = topLevelOf(channel.id);
    fillList(list, messages, 'channel', fresh);
    store.read.set(channel.id, messages.at(-1)?.ts);
    composer.refresh();
    empty.hidden = messages.length > 0;
    empty.replaceChildren(...(messages.length > 0 ? [] : emptyNodes(channel, composer)));
    root.classList.toggle('behind', store.threadTs !== undefined);
    if (fresh && width() === 'wide' && document.activeElement === document.body) composer.focus();
  };
};

/** What there is to type where nobody has written yet. */
const emptyNodes = ({ welcome, suggestions }, composer) => [
  h('p', {}, h('strong', {}, 'Nothing has been said here yet.'), welcome && ` ${welcome}`),
  h(
    'div',
    { class: 'suggestions' },
    suggestions.map((line) =>
      h(
        'button',
        { type: 'button', class: 'button suggestion', dataset: { focus: `suggestion/${line}` }, onclick: () => composer.fill(line) },
        h('code', {}, line),
      ),
    ),
  ),
  h('p', { class: 'muted' }, 'Enter sends. A slash proposes commands, the arrow up brings back what you sent.'),
];

const titleOf = (channel) => (channel?.isIm ? userOf(store.workspace.app.userId).realName : `#${channel?.name ?? ''}`);

const headNodes = (channel) =>
  [
    h(
      'h1',
      {},
      channel.isIm ? avatar(store.workspace.app.userId, 24) : icon(channel.isPrivate ? 'lock' : 'hash', 18),
      channel.isIm ? titleOf(channel) : channel.name,
    ),
    channel.isExtShared && h('span', { class: 'shared-badge' }, 'Shared with another organisation'),
    h('span', { class: 'topic', title: channel.topic }, channel.topic),
    !channel.isIm &&
      h(
        'span',
        { class: 'members', title: channel.members.map((id) => userOf(id).realName).join(', ') },
        channel.members.slice(0, 3).map((id) => avatar(id, 22)),
        h('span', {}, channel.members.length),
      ),
  ].filter((node) => node instanceof Node);
