import { h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { openAppHome } from './app-home.js';
import { avatar } from './message.js';
import { changed, openNewestThread, store, topLevelOf, userOf } from './store.js';

/** Channels, direct conversations and the app's connection. Returns what draws it again. */
export const createSidebar = (root) => () => {
  root.classList.toggle('open', store.drawer === 'sidebar');
  const { workspace } = store;
  if (!workspace) return;
  const version = JSON.stringify([workspace, store.channelId, store.connections, store.atHome, unread()]);
  reconcile(root, [{ key: 'sidebar', version, create: () => h('div', { class: 'sidebar-body' }, sidebarNodes(workspace)) }]);
};

const unread = () => store.workspace.channels.filter(isUnread).map(({ id }) => id);

const isUnread = ({ id }) => {
  const newest = topLevelOf(id).at(-1)?.ts;
  return id !== store.channelId && newest !== undefined && Number(newest) > Number(store.read.get(id) ?? 0);
};

const sidebarNodes = (workspace) => [
  h('div', { class: 'team-name' }, workspace.team.name),
  h('div', { class: 'sidebar-title' }, 'Channels'),
  workspace.channels.filter(({ isIm }) => !isIm).map((channel) => entry(channel, icon(channel.isPrivate ? 'lock' : 'hash', 16), channel.name)),
  workspace.channels.some(({ isIm }) => isIm) && h('div', { class: 'sidebar-title' }, 'Direct messages'),
  workspace.channels
    .filter(({ isIm }) => isIm)
    .map((channel) => entry(channel, avatar(workspace.app.userId, 18), userOf(workspace.app.userId).realName)),
  h('div', { class: 'sidebar-title' }, 'Apps'),
  h(
    workspace.app.homeTab ? 'button' : 'div',
    {
      class: `sidebar-app${store.atHome ? ' current' : ''}`,
      title: connectionText(),
      'aria-current': store.atHome ? 'page' : undefined,
      dataset: { focus: 'app-home' },
      ...(workspace.app.homeTab ? { onclick: openAppHome } : {}),
    },
    avatar(workspace.app.userId, 20),
    h('span', {}, workspace.app.name),
    h('span', { class: store.connections > 0 ? 'presence on' : 'presence', role: 'img', 'aria-label': connectionText() }),
  ),
];

const connectionText = () => {
  if (store.connections === 0) return 'No Socket Mode connection';
  return store.connections === 1 ? '1 Socket Mode connection' : `${store.connections} Socket Mode connections`;
};

const entry = (channel, picture, name) => {
  const current = !store.atHome && channel.id === store.channelId;
  const open = () => {
    store.channelId = channel.id;
    store.atHome = false;
    store.threadTs = undefined;
    store.threadByItself = true;
    store.drawer = undefined;
    openNewestThread();
    changed();
  };
  return h(
    'button',
    {
      class: `sidebar-entry${current ? ' current' : ''}${isUnread(channel) ? ' unread' : ''}`,
      'aria-current': current ? 'page' : undefined,
      dataset: { focus: `channel/${channel.id}` },
      onclick: open,
    },
    picture,
    h('span', {}, name),
  );
};
