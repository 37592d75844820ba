import { changed, keyOf, openNewestThread, store } from './store.js';

let source;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const address = (path) => `${path}?user=${encodeURIComponent(store.userId)}&zone=${encodeURIComponent(zone)}`;

const againMs = 1000;
const pause = () => new Promise((resolve) => setTimeout(resolve, againMs));

/** Ids of the people of the workspace, once it answers. */
export const people = async () => {
  for (;;) {
    try {
      const response = await fetch('/page/people');
      if (response.ok) return await response.json();
    } catch {
      // asked again
    }
    await pause();
  }
};

/** Listens as this person: everything at first, then each change as it happens. A connection that is lost is made again until it holds. */
export const listenAs = (userId) => {
  source?.close();
  store.userId = userId;
  source = new EventSource(address('/page/events'));
  source.addEventListener('open', () => setLost(false));
  source.addEventListener('error', ({ target }) => {
    setLost(true);
    // A refused connection is made again by the browser, one that was answered with anything but events is not.
    if (target.readyState === EventSource.CLOSED) setTimeout(() => target === source && listenAs(userId), againMs);
  });
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
  on('home', (home) => {
    store.home = home ?? undefined;
  });
  on('connections', (connections) => {
    store.connections = connections;
  });
  source.addEventListener('switches', () => void readSwitches());
};

const setLost = (lost) => {
  store.lost = lost;
  changed();
};

const readSwitches = async () => {
  try {
    const response = await fetch(address('/page/switches'));
    store.switches = response.ok ? ((await response.json()) ?? undefined) : undefined;
  } catch {
    // told again with the next connection
  }
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
