import { askFirst } from './confirm.js';
import { h, safeUrl } from './dom.js';
import { icon } from './icons.js';

/** A button, menu or field. Buttons and menus of messages call `place.press`; inputs of modals are read when it is submitted. */
export const controlNode = (control, place) => {
  switch (control.kind) {
    case 'button':
      return buttonNode(control, place);
    case 'choice':
      return choiceNode(control, place);
    default:
      return fieldNode(control);
  }
};

const buttonNode = (control, place) => {
  const press = async (event) => {
    const button = event.currentTarget;
    if (control.confirm && !(await askFirst(control.confirm))) return;
    if (control.url) window.open(safeUrl(control.url), '_blank', 'noopener');
    button.classList.add('busy');
    button.disabled = true;
    await place.press(control);
    button.classList.remove('busy');
    button.disabled = false;
  };
  return h(
    'button',
    {
      type: 'button',
      class: `button ${control.style}`,
      dataset: { focus: `${place.key}/${control.actionId}`, action: control.actionId },
      onclick: press,
    },
    control.label,
    control.url && icon('link', 14),
  );
};

const choiceNode = (control, place) => {
  const name = `${control.blockId}/${control.actionId}`;
  if (control.look === 'ticks' || control.look === 'radio') {
    return h(
      'span',
      { class: 'ticks', dataset: { input: control.blockId } },
      control.choices.map(({ value, label, note }) =>
        h(
          'label',
          { class: 'tick' },
          h('input', { type: control.look === 'radio' ? 'radio' : 'checkbox', name, value, checked: control.initial.includes(value) }),
          h('span', {}, label, note && h('span', { class: 'tick-note' }, note)),
        ),
      ),
    );
  }
  const choose = place.press ? (event) => void place.press(control, event.currentTarget.value) : undefined;
  return h(
    'select',
    {
      class: 'menu',
      name,
      multiple: control.multiple,
      onchange: choose,
      dataset: { input: control.blockId },
      'aria-label': control.placeholder || 'Choose',
    },
    !control.multiple &&
      h(
        'option',
        { value: '', selected: control.initial.length === 0, disabled: true },
        control.placeholder || (control.look === 'overflow' ? '⋯' : 'Choose…'),
      ),
    control.choices.map(({ value, label, note }) =>
      h('option', { value, selected: control.initial.includes(value) }, note ? `${label} · ${note}` : label),
    ),
  );
};

const types = { line: 'text', number: 'text', date: 'date', time: 'time', datetime: 'datetime-local' };

const fieldNode = (control) => {
  const common = {
    class: 'text-input',
    name: `${control.blockId}/${control.actionId}`,
    placeholder: control.placeholder,
    dataset: { input: control.blockId },
  };
  if (control.look !== 'lines')
    return h('input', { ...common, type: types[control.look], value: control.initial, inputmode: control.look === 'number' ? 'decimal' : undefined });
  return h('textarea', { ...common, rows: '4' }, control.initial);
};
