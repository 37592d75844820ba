import { h, reconcile } from './dom.js';
import { messageNode } from './message.js';
import { keyOf, store } from './store.js';

/** Messages of one person this close together share one head. */
const togetherSeconds = 300;

/** Nearer to the end than this, a list stays at its end when something comes. */
const nearPx = 120;

/**
 * Fills a list of messages, with a line between days (channel) or under the parent (thread), and keeps it at its end if it was there.
 * @param {HTMLElement} list
 * @param {'channel' | 'thread'} pane
 */
export const fillList = (list, messages, pane, fresh) => {
  watchEnd(list);
  if (fresh) atEnd.add(list);
  const items = [];
  let before;
  for (const message of messages) {
    if (pane === 'channel' && before?.day !== message.day) items.push(lineItem(`day/${message.day}`, h('span', {}, message.day)));
    if (pane === 'thread' && before && !before.threadTs) {
      const count = messages.filter(({ onlyYou, threadTs }) => threadTs && !onlyYou).length;
      if (count > 0) items.push(lineItem(`count/${count}`, h('span', {}, count === 1 ? '1 reply' : `${count} replies`)));
    }
    const follows = belongsTogether(before, message, pane);
    items.push({
      key: keyOf(message),
      version: JSON.stringify([message, follows, opened(pane, message)]),
      create: () => messageNode(message, pane, follows),
    });
    before = message;
  }
  reconcile(list, items);
  stay(list);
};

const atEnd = new WeakSet();
const watched = new WeakSet();

/** Notes when the person scrolls away from the end or back, and keeps the end in sight when the pane changes its size. */
const watchEnd = (list) => {
  if (watched.has(list)) return;
  watched.add(list);
  list.addEventListener('scroll', () => {
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < nearPx;
    if (near) atEnd.add(list);
    else atEnd.delete(list);
  });
  new ResizeObserver(() => stay(list)).observe(list);
};

const stay = (list) => {
  if (atEnd.has(list)) list.scrollTop = list.scrollHeight;
};

const lineItem = (key, content) => ({ key, version: key, create: () => h('div', { class: 'day', role: 'separator' }, content) });

const belongsTogether = (before, message, pane) =>
  before !== undefined &&
  before.user === message.user &&
  before.onlyYou === message.onlyYou &&
  before.day === message.day &&
  !message.broadcast &&
  !(pane === 'thread' && !before.threadTs) &&
  before.blocks.length === 0 &&
  message.blocks.length === 0 &&
  Number(message.ts) - Number(before.ts) < togetherSeconds;

/** What the person opened and closed inside the message. */
const opened = (pane, message) => [...store.toggled].filter(([key]) => key.startsWith(`${pane}/${keyOf(message)}/`));
