import { createComposer } from './composer.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { fillList } from './pane.js';
import { channelOf, closeThread, messagesOf, store } from './store.js';

/** The pane of a thread. Returns what draws it again. */
export const createThread = (root) => {
  const subtitle = h('span', { class: 'muted' });
  const list = h('div', { class: 'messages', role: 'log', tabindex: '0', 'aria-label': 'Messages of the thread' });
  const composer = createComposer(() => ({ channel: store.channelId, threadTs: store.threadTs, label: 'Reply…' }));
  const leave = () => {
    const from = store.threadTs;
    closeThread();
    requestAnimationFrame(() => document.querySelector(`#channel [data-focus="replies/${from}"]`)?.focus());
  };
  const close = h('button', { class: 'tool', 'aria-label': 'Close thread', title: 'Close (Esc)', onclick: leave }, icon('close', 18));
  root.append(h('header', { class: 'pane-head' }, h('h2', {}, 'Thread'), subtitle, h('span', { class: 'grow' }), close), list, composer.element);
  // Also when nothing has the focus, as after a button that is gone.
  document.addEventListener('keydown', ({ key, target }) => {
    const isFree = !store.drawer && !document.querySelector('dialog[open]');
    if (key === 'Escape' && !root.hidden && isFree && (root.contains(target) || target === document.body) && !target.value) leave();
  });
  let shown;
  return () => {
    const channel = channelOf(store.channelId);
    const messages = messagesOf(store.channelId).filter(({ ts, threadTs }) => ts === store.threadTs || threadTs === store.threadTs);
    root.hidden = store.threadTs === undefined || messages.length === 0;
    if (root.hidden || !channel) {
      shown = undefined;
      return;
    }
    const fresh = shown !== store.threadTs;
    shown = store.threadTs;
    subtitle.textContent = channel.isIm ? '' : `#${channel.name}`;
    fillList(list, messages, 'thread', fresh);
    composer.refresh();
    if (fresh && !store.threadByItself) close.focus();
  };
};
