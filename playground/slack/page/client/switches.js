import { h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { act } from './server.js';
import { askFirst } from './confirm.js';
import { changed, openDrawer, store } from './store.js';
import { width } from './width.js';
import { toast } from './toast.js';

/** Narrower pages start with the panel closed. */
const wideEnoughPx = 1400;
const remembered = 'switches-open';

let open;
const busy = new Set();
/** Titles of folded groups that are open: drawing the panel again does not close them. */
const unfolded = new Set();

const isPanelOpen = () => (width() === 'wide' ? isOpenBeside() : store.drawer === 'switches');
const isOpenBeside = () => (open ??= (localStorage.getItem(remembered) ?? String(window.innerWidth >= wideEnoughPx)) === 'true');

const setPanel = (wanted) => {
  if (width() !== 'wide') return openDrawer(wanted ? 'switches' : undefined);
  open = wanted;
  localStorage.setItem(remembered, String(wanted));
  changed();
};

/** The panel of switches, whatever they switch. Returns what draws it again. */
export const createSwitches = (root) => {
  root.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && isPanelOpen()) leave();
  });
  return () => draw(root);
};

const leave = () => {
  setPanel(false);
  const opener = width() === 'phone' ? '[data-focus="open-switches"]' : '.switches-tab';
  requestAnimationFrame(() => document.querySelector(opener)?.focus());
};

const draw = (root) => {
  root.hidden = store.switches === undefined;
  if (!store.switches) return;
  const fresh = root.classList.contains('closed') && isPanelOpen();
  root.classList.toggle('closed', !isPanelOpen());
  const version = JSON.stringify([store.switches, isPanelOpen(), [...busy]]);
  reconcile(root, [{ key: 'switches', version, create: () => (isPanelOpen() ? panelNode(store.switches) : tabNode(store.switches)) }]);
  if (fresh && root.contains(document.activeElement) === false && width() !== 'wide') root.querySelector('.pane-head button')?.focus();
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
      h('button', { class: 'tool', 'aria-label': 'Close panel', title: 'Close (Esc)', onclick: leave }, icon('close', 18)),
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
    (item.state || item.description) &&
      h(
        'p',
        { class: 'muted' },
        item.state && h('span', { class: isToggle ? `switch-words ${item.tone ?? ''}` : `pill ${item.tone ?? 'neutral'}` }, item.words ?? item.state),
        item.description && ` ${item.description}`,
      ),
    item.action &&
      h(
        'button',
        {
          class: `button small${waiting ? ' busy' : ''}`,
          disabled: waiting,
          dataset: { focus: `switch/${item.id}` },
          onclick: () => void press(item),
        },
        item.action,
      ),
  );
};

const press = async ({ id, label, action, asks }) => {
  if (
    asks &&
    !(await askFirst({
      title: `${action}: ${label}`,
      parts: [{ kind: 'paragraph', inlines: [{ kind: 'text', text: asks, style: {} }] }],
      confirm: action,
      deny: 'Leave it',
      danger: true,
    }))
  )
    return;
  await flip(id, 'pressed');
};

const flip = async (id, value) => {
  busy.add(id);
  changed();
  const outcome = await act({ act: 'switch', id, value });
  busy.delete(id);
  if (outcome.shown) toast(outcome.shown);
  changed();
};
