import { h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { avatar } from './message.js';
import { listenAs } from './server.js';
import { changed, openDrawer, store, userOf } from './store.js';
import { width } from './width.js';

let menuOpen = false;

const setMenu = (open) => {
  menuOpen = open;
  changed();
};

const leaveMenu = () => {
  setMenu(false);
  requestAnimationFrame(() => document.querySelector('.person-button')?.focus());
};

const moveInMenu = (root, step) => {
  const entries = [...root.querySelectorAll('.person-entry')];
  const at = entries.indexOf(document.activeElement);
  entries.at((at + step + entries.length) % entries.length)?.focus();
};

/** The bar at the top with the switch between people, and the rail at the left. Returns what draws them again. */
export const createTopbar = (root, rail) => {
  document.addEventListener('click', ({ target }) => {
    if (menuOpen && !root.contains(target)) setMenu(false);
    if (store.drawer && target.isConnected && !target.closest('#sidebar, #switches, #topbar, dialog')) openDrawer(undefined);
  });
  document.addEventListener('keydown', ({ key }) => {
    if (menuOpen && key === 'Escape') leaveMenu();
    else if (menuOpen && (key === 'ArrowDown' || key === 'ArrowUp')) moveInMenu(root, key === 'ArrowDown' ? 1 : -1);
    else if (key === 'Escape' && store.drawer === 'sidebar') openDrawer(undefined);
  });
  return () => {
    const { workspace } = store;
    if (!workspace) return;
    document.title = `${workspace.team.name} (playground)`;
    const version = JSON.stringify([workspace.team, workspace.users, store.userId, menuOpen, width(), store.drawer, store.switches?.title]);
    reconcile(root, [{ key: 'top', version, create: () => barNode(workspace) }]);
    reconcile(rail, [{ key: 'rail', version, create: () => railNode(workspace) }]);
  };
};

const barNode = (workspace) =>
  h(
    'div',
    { class: 'bar' },
    width() === 'phone' && drawerButton('sidebar', 'Channels', 'hash'),
    h('span', { class: 'bar-title' }, `${workspace.team.name} `, h('span', {}, 'playground workspace, not slack.com')),
    h(
      'div',
      { class: 'person' },
      h(
        'button',
        {
          class: 'person-button',
          'aria-haspopup': 'menu',
          'aria-expanded': String(menuOpen),
          dataset: { focus: 'person' },
          onclick: () => setMenu(!menuOpen),
        },
        avatar(store.userId, 20),
        h('span', { class: 'person-lead' }, 'You are '),
        h('strong', {}, userOf(store.userId).realName),
        icon('down', 14),
      ),
      menuOpen &&
        h('div', { class: 'person-menu', role: 'menu', 'aria-label': 'You are' }, workspace.users.filter(({ isPerson }) => isPerson).map(personNode)),
    ),
    width() === 'phone' && store.switches && drawerButton('switches', store.switches.title, 'sliders'),
  );

const drawerButton = (name, label, shown) =>
  h(
    'button',
    {
      class: 'bar-button',
      'aria-label': `Open ${label}`,
      'aria-expanded': String(store.drawer === name),
      dataset: { focus: `open-${name}` },
      onclick: () => openDrawer(store.drawer === name ? undefined : name),
    },
    icon(shown, 20),
  );

const personNode = (user) =>
  h(
    'button',
    { role: 'menuitemradio', 'aria-checked': String(user.id === store.userId), class: 'person-entry', onclick: () => become(user.id) },
    avatar(user.id, 28),
    h('span', {}, h('strong', {}, user.realName), h('span', { class: 'muted' }, user.note ? `@${user.name} · ${user.note}` : `@${user.name}`)),
    user.id === store.userId && icon('check', 18),
  );

const become = (userId) => {
  leaveMenu();
  location.hash = `as=${userId}`;
  listenAs(userId);
};

const railNode = (workspace) =>
  h(
    'div',
    { class: 'rail-body' },
    h('span', { class: 'team', title: workspace.team.name }, workspace.team.initials),
    h('span', { class: 'rail-entry current' }, h('span', { class: 'rail-icon' }, icon('home', 20)), 'Home'),
    h('span', { class: 'grow' }),
    h('span', { class: 'rail-me', title: userOf(store.userId).realName }, avatar(store.userId, 34), h('span', { class: 'presence on' })),
  );
