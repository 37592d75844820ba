import { h } from './dom.js';
import { textNodes } from './text.js';

/** The dialog an app put in front of a button; resolves to whether the person goes on. */
export const askFirst = (confirm) => {
  const { promise, resolve } = Promise.withResolvers();
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-label': confirm.title, onclose: () => finish(dialog, resolve) },
    h(
      'form',
      { method: 'dialog' },
      h('h2', {}, confirm.title),
      h('div', { class: 'dialog-text' }, textNodes(confirm.parts)),
      h(
        'div',
        { class: 'dialog-buttons' },
        h('button', { class: 'button', value: 'no', type: 'button', onclick: () => dialog.close('no') }, confirm.deny),
        h(
          'button',
          { class: `button ${confirm.danger ? 'danger-fill' : 'primary'}`, type: 'button', autofocus: true, onclick: () => dialog.close('yes') },
          confirm.confirm,
        ),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return promise;
};

const finish = (dialog, resolve) => {
  dialog.remove();
  resolve(dialog.returnValue === 'yes');
};
