import { h } from './dom.js';
import { icon } from './icons.js';

/** Tells the person something for a while. */
export const toast = (text) => {
  const element = h('div', { class: 'toast' }, icon('warning', 18), text);
  element.addEventListener('animationend', () => element.remove());
  document.querySelector('#toasts').append(element);
};
