import { createAppHome } from './app-home.js';
import { createChannel } from './channel.js';
import { createModal } from './modal.js';
import { listenAs, people } from './server.js';
import { createSidebar } from './sidebar.js';
import { changed, subscribe } from './store.js';
import { createSwitches } from './switches.js';
import { createThread } from './thread.js';
import { createTopbar } from './topbar.js';
import { createWaiting } from './waiting.js';
import { watchWidth } from './width.js';

const at = (id) => document.querySelector(`#${id}`);

const drawings = [
  createWaiting(at('waiting')),
  createTopbar(at('topbar'), at('rail')),
  createSidebar(at('sidebar')),
  createChannel(at('channel')),
  createAppHome(at('app-home')),
  createThread(at('thread')),
  createSwitches(at('switches')),
  createModal(at('modal')),
];

let asked = false;
subscribe(() => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    for (const draw of drawings) draw();
  });
});

watchWidth();
changed();
const wanted = /as=([\w-]+)/u.exec(location.hash)?.[1];
const known = await people();
listenAs(known.includes(wanted) ? wanted : known[0]);
