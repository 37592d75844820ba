import { changed, keyOf, openNewestThread, store } from './store.js';

let source;

const address = (path) => `${path}?user=${encodeURIComponent(store.userId)}`;

/** Listens as this person: everything at first, then each change as it happens. The browser reconnects by itself. */
export const listenAs = (userId) => {
  source?.close();
  store.userId = userId;
  source = new EventSource(address('/page/events'));
  const on = (event, take) =>
    source.addEventListener(event, ({ data }) => {
      take(JSON.parse(data));
      changed();
    });
  on('workspace', (workspace) => {
    store.workspace = workspace;
    const still = workspace.channels.some(({ id }) => id === store.channelId);
    if (!still) store.channelId = workspace.channels.find(({ joined }) => joined)?.id ?? workspace.channels[0]?.id;
  });
  on('messages', (messages) => {
    store.messages = new Map(messages.map((message) => [keyOf(message), message]));
    if (!store.messages.has(`${store.channelId}/${store.threadTs}`)) store.threadTs = undefined;
    openNewestThread();
  });
  on('message', (message) => {
    store.messages.set(keyOf(message), message);
    openNewestThread();
  });
  on('gone', (message) => {
    store.messages.delete(keyOf(message));
    if (message.ts === store.threadTs) store.threadTs = undefined;
  });
  on('modal', (modal) => {
    store.modal = modal ?? undefined;
  });
  on('connections', (connections) => {
    store.connections = connections;
  });
  source.addEventListener('switches', () => void readSwitches());
};

const readSwitches = async () => {
  const response = await fetch(address('/page/switches'));
  store.switches = response.ok ? ((await response.json()) ?? undefined) : undefined;
  changed();
};

/** Does what the person did; resolves to the outcome, which has `shown` when there is something to tell. */
export const act = async (what) => {
  try {
    const response = await fetch(address('/page/act'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(what),
    });
    return await response.json();
  } catch {
    return { result: 'refused', shown: 'The workspace does not answer.' };
  }
};
