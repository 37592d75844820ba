import { blockNode } from './blocks.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { act } from './server.js';
import { store } from './store.js';
import { toast } from './toast.js';

/** The app's modal on top. Returns what draws it again; a modal that did not change keeps what was typed. */
export const createModal = (root) => {
  let shown;
  return () => {
    const version = store.modal && `${store.modal.id}/${store.modal.hash}`;
    if (version === shown) return;
    shown = version;
    root.replaceChildren();
    if (!store.modal) return;
    const dialog = dialogNode(store.modal);
    root.append(dialog);
    dialog.showModal();
    dialog.querySelector('input, textarea, select')?.focus();
  };
};

const dialogNode = (modal) => {
  const close = () => void act({ act: 'close-modal' });
  const place = { key: `modal/${modal.id}`, press: async (control) => tell(await act({ act: 'click-in-modal', actionId: control.actionId })) };
  const form = h(
    'form',
    { novalidate: true, onsubmit: (event) => void submit(event) },
    h(
      'header',
      { class: 'dialog-head' },
      h('h2', {}, modal.title),
      h('button', { type: 'button', class: 'tool', 'aria-label': 'Close', onclick: close }, icon('close', 20)),
    ),
    h(
      'div',
      { class: 'dialog-body' },
      modal.blocks.map((block, index) =>
        blockNode(block, { ...(block.kind === 'input' ? { key: place.key } : place), key: `${place.key}/${index}` }),
      ),
    ),
    h(
      'footer',
      { class: 'dialog-buttons' },
      h('button', { type: 'button', class: 'button', onclick: close }, modal.close),
      modal.submit && h('button', { type: 'submit', class: 'button primary' }, modal.submit),
    ),
  );
  return h('dialog', { class: 'modal', 'aria-label': modal.title, oncancel: (event) => (event.preventDefault(), close()) }, form);
};

const tell = (outcome) => {
  if (outcome.shown) toast(outcome.shown);
};

const submit = async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector('[type=submit]');
  if (!button || button.disabled) return;
  button.disabled = true;
  button.classList.add('busy');
  const outcome = await act({ act: 'submit', values: valuesOf(form) });
  button.disabled = false;
  button.classList.remove('busy');
  for (const label of form.querySelectorAll('[data-block]')) {
    const fault = outcome.result === 'invalid' ? outcome.errors[label.dataset.block] : undefined;
    label.classList.toggle('invalid', fault !== undefined);
    label.querySelector('.input-fault').textContent = fault ?? '';
  }
  form.querySelector('.invalid :is(input, textarea, select)')?.focus();
  tell(outcome);
};

/** By block: the text, or the values that are chosen. */
const valuesOf = (form) => {
  const values = {};
  for (const element of form.querySelectorAll('[data-input]')) {
    const block = element.dataset.input;
    if (element.matches('.ticks')) values[block] = [...element.querySelectorAll('input:checked')].map((input) => input.value);
    else if (element.matches('select')) values[block] = [...element.selectedOptions].map((option) => option.value).filter((value) => value !== '');
    else if (element.type === 'datetime-local') values[block] = element.value ? String(Math.trunc(new Date(element.value).getTime() / 1000)) : '';
    else values[block] = element.value;
  }
  return values;
};
