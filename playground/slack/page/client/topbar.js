import { h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { avatar } from './message.js';
import { listenAs } from './server.js';
import { changed, store, userOf } from './store.js';

let menuOpen = false;

const setMenu = (open) => {
  menuOpen = open;
  changed();
};

/** The bar at the top with the switch between people, and the rail at the left. Returns what draws them again. */
export const createTopbar = (root, rail) => {
  document.addEventListener('click', ({ target }) => {
    if (menuOpen && !root.contains(target)) setMenu(false);
  });
  document.addEventListener('keydown', ({ key }) => {
    if (menuOpen && key === 'Escape') setMenu(false);
  });
  return () => {
    const { workspace } = store;
    if (!workspace) return;
    document.title = `${workspace.team.name} (playground)`;
    const version = JSON.stringify([workspace.team, workspace.users, store.userId, menuOpen]);
    reconcile(root, [{ key: 'top', version, create: () => barNode(workspace) }]);
    reconcile(rail, [{ key: 'rail', version, create: () => railNode(workspace) }]);
  };
};

const barNode = (workspace) =>
  h(
    'div',
    { class: 'bar' },
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
        'You are ',
        h('strong', {}, userOf(store.userId).realName),
        icon('down', 14),
      ),
      menuOpen && h('div', { class: 'person-menu', role: 'menu' }, workspace.users.filter(({ isPerson }) => isPerson).map(personNode)),
    ),
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
  menuOpen = false;
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
