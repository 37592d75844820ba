/** What the page knows, and who wants to hear of changes. The server is right about everything but what is open here. */
export const store = {
  userId: undefined,
  workspace: undefined,
  /** By channel and ts. */
  messages: new Map(),
  modal: undefined,
  /** What the app published on the person's Home tab, and whether that is open. */
  home: undefined,
  atHome: false,
  connections: 0,
  /** The workspace was there and does not answer now. */
  lost: false,
  switches: undefined,
  channelId: undefined,
  threadTs: undefined,
  /** The open thread was opened by the page, so a newer one may take its place. */
  threadByItself: true,
  closedThreads: new Set(),
  /** Tasks, plans and containers that the person opened or closed, against their default. */
  toggled: new Map(),
  /** Over the panes, where there is no room beside them: 'sidebar' or 'switches'. */
  drawer: undefined,
  /** Newest ts seen, by channel. */
  read: new Map(),
};

const listeners = new Set();
export const subscribe = (listener) => void listeners.add(listener);
export const changed = () => {
  for (const listener of listeners) listener();
};

export const keyOf = ({ channel, ts }) => `${channel}/${ts}`;
export const userOf = (id) =>
  store.workspace?.users.find((user) => user.id === id) ?? { id, name: id, realName: id, initials: '?', color: '#666', note: '' };
export const channelOf = (id) => store.workspace?.channels.find((channel) => channel.id === id);
export const messagesOf = (channelId) =>
  [...store.messages.values()].filter(({ channel }) => channel === channelId).sort((one, other) => Number(one.ts) - Number(other.ts));
export const topLevelOf = (channelId) => messagesOf(channelId).filter(({ threadTs, broadcast }) => !threadTs || broadcast);

/** Opens the thread; `byItself` when nobody asked for it. */
export const openThread = (ts, byItself = false) => {
  store.threadTs = ts;
  store.threadByItself = byItself;
  if (!byItself) store.closedThreads.delete(ts);
  changed();
};

export const closeThread = () => {
  if (store.threadTs) store.closedThreads.add(store.threadTs);
  store.threadTs = undefined;
  store.threadByItself = true;
  changed();
};

/** The newest message with replies opens its thread where there is room beside the channel, unless the person closed it or reads another. */
export const openNewestThread = () => {
  if (document.documentElement.dataset.width !== 'wide') return;
  if (store.threadTs && !store.threadByItself) return;
  const newest = topLevelOf(store.channelId).findLast(({ replyCount }) => replyCount > 0);
  if (!newest || store.closedThreads.has(newest.ts)) return;
  store.threadTs = newest.ts;
  store.threadByItself = true;
};

export const openDrawer = (name) => {
  store.drawer = name;
  changed();
};

/** Whether something that opens and closes is open; `toggle` turns it round. */
export const isOpen = (key, byDefault) => store.toggled.get(key) ?? byDefault;
export const toggle = (key, byDefault) => {
  store.toggled.set(key, !isOpen(key, byDefault));
  changed();
};
