import { h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { act } from './server.js';
import { changed, store } from './store.js';
import { toast } from './toast.js';

/** Narrower pages start with the panel closed. */
const wideEnoughPx = 1400;
const remembered = 'switches-open';

let open;
const busy = new Set();
/** Titles of folded groups that are open: drawing the panel again does not close them. */
const unfolded = new Set();

const isPanelOpen = () => (open ??= (localStorage.getItem(remembered) ?? String(window.innerWidth >= wideEnoughPx)) === 'true');

const setPanel = (wanted) => {
  open = wanted;
  localStorage.setItem(remembered, String(wanted));
  changed();
};

/** The panel of switches, whatever they switch. Returns what draws it again. */
export const createSwitches = (root) => () => {
  root.hidden = store.switches === undefined;
  if (!store.switches) return;
  root.classList.toggle('closed', !isPanelOpen());
  const version = JSON.stringify([store.switches, isPanelOpen(), [...busy]]);
  reconcile(root, [{ key: 'switches', version, create: () => (isPanelOpen() ? panelNode(store.switches) : tabNode(store.switches)) }]);
};

const tabNode = ({ title }) =>
  h(
    'button',
    { class: 'switches-tab', 'aria-label': `Open ${title}`, title, onclick: () => setPanel(true) },
    icon('sliders', 18),
    h('span', {}, title),
  );

const panelNode = ({ title, groups }) =>
  h(
    'div',
    { class: 'switches-body' },
    h(
      'header',
      { class: 'pane-head' },
      icon('sliders', 18),
      h('h2', {}, title),
      h('span', { class: 'grow' }),
      h('button', { class: 'tool', 'aria-label': 'Close panel', onclick: () => setPanel(false) }, icon('right', 18)),
    ),
    h('div', { class: 'switch-groups' }, groups.map(groupNode)),
  );

const groupNode = (group) => {
  const rest = [group.note && h('p', { class: 'muted' }, group.note), group.switches.map(switchNode)];
  if (!group.folded) return h('section', { class: 'switch-group' }, h('h3', {}, group.title), rest);
  return h(
    'details',
    {
      class: 'switch-group',
      open: unfolded.has(group.title),
      ontoggle: ({ target }) => (target.open ? unfolded.add(group.title) : unfolded.delete(group.title)),
    },
    h('summary', {}, h('h3', {}, group.title)),
    rest,
  );
};

const switchNode = (item) => {
  const isToggle = item.action === undefined && (item.state === 'on' || item.state === 'off');
  const on = item.state === 'on';
  const waiting = busy.has(item.id);
  return h(
    'div',
    { class: 'switch' },
    h(
      'div',
      { class: 'switch-line' },
      h('span', { class: 'switch-label' }, item.label),
      !isToggle && h('span', { class: `pill ${item.tone ?? 'neutral'}` }, item.state),
      isToggle &&
        h(
          'button',
          {
            class: `toggle ${item.tone ?? ''}`,
            role: 'switch',
            'aria-checked': String(on),
            'aria-label': item.label,
            disabled: waiting,
            dataset: { focus: `switch/${item.id}` },
            onclick: () => void flip(item.id, on ? 'off' : 'on'),
          },
          h('span', { class: 'knob' }),
        ),
    ),
    item.description && h('p', { class: 'muted' }, item.description),
    item.action &&
      h(
        'button',
        {
          class: `button small${waiting ? ' busy' : ''}`,
          disabled: waiting,
          dataset: { focus: `switch/${item.id}` },
          onclick: () => void flip(item.id, 'pressed'),
        },
        item.action,
      ),
  );
};

const flip = async (id, value) => {
  busy.add(id);
  changed();
  const outcome = await act({ act: 'switch', id, value });
  busy.delete(id);
  if (outcome.shown) toast(outcome.shown);
  changed();
};
