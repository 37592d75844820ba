import { h, safeUrl } from './dom.js';
import { icon } from './icons.js';
import { isOpen, toggle } from './store.js';
import { textNodes } from './text.js';

const words = { pending: 'Pending', in_progress: 'In progress', complete: 'Complete', error: 'Failed' };

/** A plan: its title, and its tasks with their state once a person opens it. An edit that gives the block another id closes it again, as Slack's clients do. */
export const planNode = (block, place) => {
  const key = `${place.key}/plan/${block.id}`;
  const open = isOpen(key, false);
  return h(
    'div',
    { class: 'block plan' },
    h(
      'button',
      { class: 'disclosure', 'aria-expanded': String(open), dataset: { focus: key }, onclick: () => toggle(key, false) },
      statusIcon(overall(block.tasks)),
      h('strong', {}, block.title),
      icon(open ? 'down' : 'right', 14),
    ),
    open &&
      h(
        'ol',
        { class: 'tasks' },
        block.tasks.map((task) => taskNode(task, { ...place, key })),
      ),
  );
};

/** One task; what stands under it opens with a click, and by itself while it runs or when it failed. */
export const taskNode = (task, place) => {
  const key = `${place.key}/task/${task.id}`;
  const byDefault = task.status === 'in_progress' || task.status === 'error';
  const more = task.details.length + task.output.length + task.sources.length > 0;
  const open = more && isOpen(key, byDefault);
  const title = [statusIcon(task.status), h('span', { class: 'task-title' }, task.title)];
  return h(
    'li',
    { class: `task ${task.status}` },
    more
      ? h(
          'button',
          { class: 'task-head', 'aria-expanded': String(open), dataset: { focus: key }, onclick: () => toggle(key, byDefault) },
          title,
          icon(open ? 'down' : 'right', 12),
        )
      : h('div', { class: 'task-head' }, title),
    open &&
      h(
        'div',
        { class: 'task-more' },
        textNodes(task.details),
        textNodes(task.output),
        task.sources.map(({ url, text }) => h('a', { class: 'source', href: safeUrl(url), target: '_blank', rel: 'noopener noreferrer' }, text)),
      ),
  );
};

const overall = (tasks) => {
  if (tasks.some(({ status }) => status === 'error')) return 'error';
  if (tasks.length > 0 && tasks.every(({ status }) => status === 'complete')) return 'complete';
  return tasks.some(({ status }) => status !== 'pending') ? 'in_progress' : 'pending';
};

const statusIcon = (status) =>
  h(
    'span',
    { class: `status ${status}`, role: 'img', 'aria-label': words[status], title: words[status] },
    status === 'complete' && icon('check', 14),
    status === 'error' && icon('cross', 14),
  );
