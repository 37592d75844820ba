import { changed, store } from './store.js';

/** Narrower than this, pixels, one pane stands in the place of the other. */
const sideBySidePx = 1200;
/** Narrower than this, pixels, what stands beside the panes is opened over them. */
const phonePx = 700;

const nameOf = (pixels) => (pixels < phonePx ? 'phone' : pixels < sideBySidePx ? 'narrow' : 'wide');

/** How much room there is: 'phone', 'narrow' or 'wide'. Styles read the same word from the root element. */
export const width = () => document.documentElement.dataset.width;

export const watchWidth = () => {
  const note = () => {
    const now = nameOf(window.innerWidth);
    if (now === width()) return;
    document.documentElement.dataset.width = now;
    if (now !== 'wide' && store.threadByItself) store.threadTs = undefined;
    changed();
  };
  window.addEventListener('resize', note);
  note();
};
