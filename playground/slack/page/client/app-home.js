import { blockNode } from './blocks.js';
import { h, reconcile } from './dom.js';
import { avatar } from './message.js';
import { act } from './server.js';
import { changed, store, userOf } from './store.js';
import { toast } from './toast.js';

/** Opens the app at its Home tab: the app is told, and what it published so far is shown meanwhile. */
export const openAppHome = () => {
  store.atHome = true;
  changed();
  void act({ act: 'open-app', tab: 'home' }).then(tell);
};

/** The Home tab of the app in the place of the channel. Returns what draws it again. */
export const createAppHome = (root) => () => {
  const { workspace, home } = store;
  const isShown = store.atHome && workspace?.app.homeTab === true;
  document.body.classList.toggle('at-home', isShown);
  root.hidden = !isShown;
  if (!isShown) return;
  const version = JSON.stringify([store.userId, home, [...store.toggled]]);
  reconcile(root, [{ key: 'home', version, create: () => homeNode(workspace, home) }]);
};

const homeNode = (workspace, home) =>
  h(
    'div',
    { class: 'home-body' },
    h(
      'header',
      { class: 'pane-head' },
      h('h1', {}, avatar(workspace.app.userId, 24), userOf(workspace.app.userId).realName),
      h('span', { class: 'home-tab' }, 'Home'),
    ),
    h(
      'div',
      { class: 'home-blocks', tabindex: '0' },
      home
        ? home.blocks.map((block, index) => blockNode(block, { key: `home/${index}`, press }))
        : h('p', { class: 'muted' }, 'The app has published nothing here yet.'),
    ),
  );

const press = async (control, select) =>
  tell(await act({ act: 'click-in-home', actionId: control.actionId, blockId: control.blockId, ...(select === undefined ? {} : { select }) }));

const tell = (outcome) => {
  if (outcome?.shown) toast(outcome.shown);
};
