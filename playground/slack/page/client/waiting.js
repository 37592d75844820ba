import { store } from './store.js';

/** What the page waits for, in a line at its top; empty when nothing. Returns what draws it again. */
export const createWaiting = (root) => () => {
  const text = waitsFor();
  if (root.textContent !== text) root.textContent = text;
};

const waitsFor = () => {
  if (store.lost) return 'The workspace does not answer: it has ended, or starts again. The page goes on by itself when it is back.';
  if (!store.workspace) return 'Waiting for the workspace…';
  const { app } = store.workspace;
  return app.overSocket && store.connections === 0 ? `${app.name} is not connected: commands and buttons get no answer until it is.` : '';
};
