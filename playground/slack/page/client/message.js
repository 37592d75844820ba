import { blockNode } from './blocks.js';
import { h, safeUrl } from './dom.js';
import { icon } from './icons.js';
import { act } from './server.js';
import { isOpen, keyOf, openThread, store, toggle, userOf } from './store.js';
import { textNodes } from './text.js';
import { toast } from './toast.js';

/** The square with initials. */
export const avatar = (userId, size = 36) => {
  const user = userOf(userId);
  const isApp = userId === store.workspace?.app.userId;
  return h(
    'span',
    { class: isApp ? 'avatar app' : 'avatar', style: { '--size': `${size}px`, '--color': user.color }, 'aria-hidden': 'true' },
    isApp ? user.name.slice(0, 2).toLowerCase() : user.initials,
  );
};

/**
 * One message with everything that belongs to it.
 * @param {'channel' | 'thread'} pane
 * @param {boolean} follows the message before is of the same person and close in time: no head
 */
export const messageNode = (message, pane, follows) => {
  const user = userOf(message.user);
  const place = {
    key: `${pane}/${keyOf(message)}`,
    press: (control, value) => press(message, control, value),
  };
  const time = h('time', { datetime: message.exactTime, title: message.exactTime }, message.time);
  return h(
    'article',
    { class: `message${message.onlyYou ? ' only-you' : ''}${follows ? ' follows' : ''}`, dataset: { ts: message.ts } },
    message.onlyYou && h('div', { class: 'only-you-note' }, icon('eye', 14), 'Only visible to you'),
    message.broadcast && h('div', { class: 'only-you-note' }, pane === 'thread' ? 'Also sent to the channel' : 'Replied to a thread'),
    h(
      'div',
      { class: 'message-row' },
      h('div', { class: 'gutter' }, follows ? time : avatar(message.user)),
      h(
        'div',
        { class: 'message-body' },
        !follows &&
          h(
            'div',
            { class: 'message-head' },
            h('span', { class: 'author' }, user.realName),
            message.isApp && h('span', { class: 'app-badge' }, 'APP'),
            user.note && h('span', { class: 'user-note' }, user.note),
            time,
          ),
        h('div', { class: 'content' }, textNodes(message.parts), message.edited && h('span', { class: 'edited' }, '(edited)')),
        message.blocks.map((block, index) => blockNode(block, { ...place, key: `${place.key}/${index}` })),
        message.files.map((file) => fileNode(file, `${place.key}/file/${file.url}`)),
        message.reactions.length > 0 &&
          h(
            'div',
            { class: 'reactions' },
            message.reactions.map(({ character, count }) => h('span', { class: 'reaction' }, character, ' ', count)),
          ),
        pane === 'channel' && message.replyCount > 0 && repliesNode(message),
      ),
    ),
  );
};

const press = async (message, control, value) => {
  const outcome = await act({
    act: 'click',
    channel: message.channel,
    ts: message.ts,
    actionId: control.actionId,
    blockId: control.blockId,
    ...(value === undefined ? {} : { select: value }),
  });
  if (outcome.shown) toast(outcome.shown);
};

const repliesNode = (message) =>
  h(
    'button',
    { class: 'replies', dataset: { focus: `replies/${message.ts}` }, onclick: () => openThread(message.ts) },
    message.repliers.map((id) => avatar(id, 24)),
    h('strong', {}, message.replyCount === 1 ? '1 reply' : `${message.replyCount} replies`),
    h('span', { class: 'muted' }, `Last reply ${message.lastReply}`),
    icon('right', 14),
  );

const sizeText = (bytes) =>
  bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** A file; the text of one is shown below its name when the person opens it. */
const fileNode = (file, key) => {
  const open = isOpen(key, false);
  return h(
    'div',
    { class: 'file' },
    h(
      'div',
      { class: 'file-head' },
      h('span', { class: 'file-icon' }, icon('file', 22)),
      h('span', { class: 'file-name' }, h('strong', {}, file.title), h('span', { class: 'muted' }, `${file.kind} · ${sizeText(file.size)}`)),
      file.preview &&
        h(
          'button',
          { class: 'button small', 'aria-expanded': String(open), dataset: { focus: key }, onclick: () => toggle(key, false) },
          open ? 'Hide' : 'Show',
        ),
      h('a', { class: 'tool', href: safeUrl(file.url), download: file.name, title: 'Download', 'aria-label': 'Download' }, icon('download', 18)),
    ),
    file.image && h('img', { class: 'file-image', src: safeUrl(file.url), alt: file.alt || file.title }),
    open && h('pre', { class: 'file-preview', tabindex: '0' }, file.preview, file.more && '\n…'),
  );
};
