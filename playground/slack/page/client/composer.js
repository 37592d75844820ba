import { h } from './dom.js';
import { createHistory } from './history.js';
import { icon } from './icons.js';
import { act } from './server.js';
import { store } from './store.js';
import { proposals } from './proposals.js';
import { toast } from './toast.js';

const tallestPx = 160;

/**
 * Where a person writes. Enter sends, Shift+Enter breaks the line, a slash proposes commands.
 * @param {() => { channel: string, threadTs?: string, label: string }} target
 */
let made = 0;

export const createComposer = (target) => {
  let chosen = 0;
  const id = `proposals-${(made += 1)}`;
  const history = createHistory(() => store.userId);
  const menu = h('div', { class: 'proposals', role: 'listbox', id, 'aria-label': 'Proposals', hidden: true });
  const field = h('textarea', { rows: '1', spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-controls': id });
  const sendButton = h('button', { class: 'send', type: 'button', 'aria-label': 'Send', title: 'Send', disabled: true }, icon('send', 18));

  const update = () => {
    sendButton.disabled = field.value.trim() === '';
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, tallestPx)}px`;
    const found = history.isIn() ? [] : proposals(field.value, store.workspace?.commands ?? []);
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    menu.hidden = found.length === 0;
    menu.replaceChildren(
      ...found.map((proposal, index) => proposalNode(proposal, { id: `${id}-${index}`, chosen: index === chosen, pick: () => take(proposal) })),
    );
    if (found.length > 0) field.setAttribute('aria-activedescendant', `${id}-${chosen}`);
    else field.removeAttribute('aria-activedescendant');
  };
  const take = (proposal) => {
    field.value = proposal.text;
    chosen = 0;
    update();
    field.focus();
  };
  const send = async () => {
    const text = field.value.trim();
    if (text === '') return;
    const { channel, threadTs } = target();
    history.add(text);
    field.value = '';
    update();
    const outcome = await act({ act: 'say', channel, text, ...(threadTs ? { threadTs } : {}) });
    if (outcome.result === 'refused') toast(outcome.shown);
  };
  const onKey = (event) => {
    const found = menu.hidden ? [] : proposals(field.value, store.workspace?.commands ?? []);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length > 0 && step) chosen = (chosen + step + found.length) % found.length;
    else if (found.length > 0 && (event.key === 'Tab' || event.key === 'Enter')) take(found[chosen]);
    else if (found.length > 0 && event.key === 'Escape') menu.hidden = true;
    else if (event.key === 'Enter' && !event.shiftKey) void send();
    else if (!recall(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) update();
  };
  /** The arrow up in an empty field brings back what was sent before; what is recalled goes on with both arrows. */
  const recall = (key) => {
    if (field.value !== '' && !history.isIn()) return false;
    const line = key === 'ArrowUp' ? history.older(field.value) : key === 'ArrowDown' ? history.newer() : undefined;
    if (line === undefined) return false;
    field.value = line;
    return true;
  };
  const insert = (text) => {
    field.value = text === '/' ? '/' : `${field.value}${text}`;
    update();
    field.focus();
  };
  field.addEventListener('input', () => {
    history.leave();
    update();
  });
  field.addEventListener('keydown', onKey);
  sendButton.addEventListener('click', () => void send());
  const element = h(
    'div',
    { class: 'composer' },
    menu,
    field,
    h(
      'div',
      { class: 'composer-bar' },
      h(
        'button',
        { type: 'button', class: 'tool', title: 'Run a command', 'aria-label': 'Run a command', onclick: () => insert('/') },
        icon('slash', 18),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          title: 'Mention the app',
          'aria-label': 'Mention the app',
          onclick: () => insert(`@${store.workspace?.app.name} `),
        },
        icon('at', 18),
      ),
      h('span', { class: 'grow' }),
      sendButton,
    ),
  );
  return {
    element,
    focus: () => field.focus(),
    fill: (text) => {
      field.value = text;
      update();
      field.focus();
    },
    refresh: () => {
      field.placeholder = target().label;
      field.setAttribute('aria-label', target().label);
    },
  };
};

const proposalNode = ({ title, hint, description }, { id, chosen, pick }) =>
  h(
    'button',
    {
      type: 'button',
      role: 'option',
      id,
      tabindex: '-1',
      'aria-selected': String(chosen),
      class: chosen ? 'proposal chosen' : 'proposal',
      onclick: pick,
    },
    h('strong', {}, title),
    hint && h('span', { class: 'muted' }, hint),
    description && h('span', { class: 'proposal-about' }, description),
  );
