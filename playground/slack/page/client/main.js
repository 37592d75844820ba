import { createChannel } from './channel.js';
import { createModal } from './modal.js';
import { listenAs } from './server.js';
import { createSidebar } from './sidebar.js';
import { subscribe } from './store.js';
import { createSwitches } from './switches.js';
import { createThread } from './thread.js';
import { createTopbar } from './topbar.js';

const at = (id) => document.querySelector(`#${id}`);

const drawings = [
  createTopbar(at('topbar'), at('rail')),
  createSidebar(at('sidebar')),
  createChannel(at('channel')),
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

const wanted = /as=([\w-]+)/u.exec(location.hash)?.[1];
const people = await (await fetch('/page/people')).json();
listenAs(people.includes(wanted) ? wanted : people[0]);
