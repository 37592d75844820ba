import { describe, expect, it } from 'vitest';
import { acceptBlocks, validateBlocks } from '../../../../playground/slack/blocks/validate.ts';
import { validateView } from '../../../../playground/slack/blocks/views.ts';
import { card, replicationTable } from '../sample-conversation.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (members: object = {}) => ({ type: 'button', text: plain('Go'), ...members });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const section = (members: object) => ({ type: 'section', ...members });
const cell = (text: string) => ({ type: 'raw_text', text });
const rows = (count: number, columns: number, text = 'x') => Array.from({ length: count }, () => Array.from({ length: columns }, () => cell(text)));
const rich = (text: string) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] });
const task = (members: object = {}) => ({ type: 'task_card', task_id: 't', title: 'T', status: 'pending', ...members });
const long = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, item: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => item(index));
const option = (value: string) => ({ text: plain('o'), value });

describe('the block validator', () => {
  it.each<[string, object[]]>([
    ['a card with a plan of thirty tasks', card(13)],
    ['a table', [replicationTable]],
    ['a section of the greatest length', [section({ text: mrkdwn(long(3000)) })]],
    ['a data_table of 201 rows', [{ type: 'data_table', caption: 'c', rows: rows(201, 3) }]],
    ['fifty blocks', many(50, () => ({ type: 'divider' }))],
    [
      'a container with a table',
      [{ type: 'container', title: plain('More'), is_collapsible: true, child_blocks: [{ type: 'table', rows: rows(2, 2) }] }],
    ],
    ['an input', [{ type: 'input', label: plain('L'), element: { type: 'plain_text_input', action_id: 'a' } }]],
    ['markdown', [{ type: 'markdown', text: '**bold**' }]],
    [
      'lists and preformatted text',
      [
        {
          type: 'rich_text',
          elements: [
            { type: 'rich_text_list', style: 'ordered', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] },
            { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'x' }] },
          ],
        },
      ],
    ],
  ])('takes %s', (_, blocks) => {
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });

  it.each<[string, object[], string, string]>([
    ['an unknown type', [{ type: 'nonsense' }], '/blocks/0/type', 'unsupported type: nonsense'],
    ['a member that does not exist', [{ type: 'divider', colour: 'red' }], '/blocks/0', 'invalid additional property: colour'],
    ['a section without text and fields', [section({})], '/blocks/0', 'must define either `text` or `fields`'],
    ['an empty text', [section({ text: mrkdwn('') })], '/blocks/0/text/text', 'must be more than 0 characters'],
    ['a long section', [section({ text: mrkdwn(long(3001)) })], '/blocks/0/text/text', 'must be less than 3001 characters'],
    ['a long field', [section({ fields: [mrkdwn(long(2001))] })], '/blocks/0/fields/0/text', 'must be less than 2001 characters'],
    ['eleven fields', [section({ fields: many(11, () => mrkdwn('x')) })], '/blocks/0/fields', 'no more than 10 items allowed'],
    ['mrkdwn in a header', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type', 'must be one of: plain_text'],
    [
      'eleven things in a context',
      [{ type: 'context', elements: many(11, () => mrkdwn('x')) }],
      '/blocks/0/elements',
      'no more than 10 items allowed',
    ],
    ['26 buttons', [actions(...many(26, () => button()))], '/blocks/0/elements', 'no more than 25 items allowed'],
    ['a long button', [actions(button({ text: plain(long(76)) }))], '/blocks/0/elements/0/text/text', 'must be less than 76 characters'],
    ['a long value', [actions(button({ value: long(2001) }))], '/blocks/0/elements/0/value', 'must be less than 2001 characters'],
    ['an unknown style', [actions(button({ style: 'green' }))], '/blocks/0/elements/0/style', 'must be one of: primary, danger'],
    [
      'a confirm dialog without text',
      [actions(button({ confirm: { title: plain('T'), confirm: plain('Y'), deny: plain('N') } }))],
      '/blocks/0/elements/0/confirm',
      'missing required field: text',
    ],
    [
      'six overflow options',
      [actions({ type: 'overflow', action_id: 'a', options: many(6, (index) => option(`${index}`)) })],
      '/blocks/0/elements/0/options',
      'no more than 5 items allowed',
    ],
    [
      'the same action_id twice',
      [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))],
      '/blocks/1/elements/0/action_id',
      '`action_id` "a" already exists',
    ],
    [
      'the same block_id twice',
      [
        { type: 'divider', block_id: 'b' },
        { type: 'divider', block_id: 'b' },
      ],
      '/blocks/1/block_id',
      '`block_id` "b" already exists',
    ],
    ['51 blocks', many(51, () => ({ type: 'divider' })), '/blocks', 'no more than 50 items allowed'],
    ['an empty cell', [{ type: 'table', rows: rows(1, 1, '') }], '/blocks/0/rows/0/0/text', 'must be more than 0 characters'],
    ['101 rows', [{ type: 'table', rows: rows(101, 1) }], '/blocks/0/rows', 'no more than 100 items allowed'],
    ['21 columns', [{ type: 'table', rows: rows(1, 21) }], '/blocks/0/rows/0', 'no more than 20 items allowed'],
    ['a data_table without caption', [{ type: 'data_table', rows: rows(2, 2) }], '/blocks/0', 'missing required field: caption'],
    [
      'a data_table of unequal rows',
      [{ type: 'data_table', caption: 'c', rows: [...rows(1, 2), ...rows(1, 3)] }],
      '/blocks/0/rows',
      'all rows must have the same number of cells',
    ],
    [
      'a status that a task cannot have',
      [{ type: 'plan', title: 'P', tasks: [task({ status: 'done' })] }],
      '/blocks/0/tasks/0/status',
      'must be one of: pending, in_progress, complete, error',
    ],
    [
      'details that are no rich_text',
      [{ type: 'plan', title: 'P', tasks: [task({ details: 'x' })] }],
      '/blocks/0/tasks/0/details',
      'must be a valid object',
    ],
    ['the same task_id twice', [{ type: 'plan', title: 'P', tasks: [task(), task()] }], '/blocks/0/tasks/1/task_id', '`task_id` "t" already exists'],
    ['an empty rich text', [rich('')], '/blocks/0/elements/0/elements/0/text', 'must be more than 0 characters'],
    ['a picture without a source', [{ type: 'image', alt_text: 'x' }], '/blocks/0', 'must define either `image_url` or `slack_file`'],
    [
      'eleven blocks in a container',
      [{ type: 'container', child_blocks: many(11, () => ({ type: 'divider' })) }],
      '/blocks/0/child_blocks',
      'no more than 10 items allowed',
    ],
    [
      'a plan in a container',
      [{ type: 'container', child_blocks: [{ type: 'plan', title: 'P' }] }],
      '/blocks/0/child_blocks/0/type',
      'unsupported type: plan',
    ],
    [
      'an alert, which is for modals',
      [{ type: 'alert', text: plain('x') }],
      '/blocks/0/type',
      'unsupported type: alert (not available in a message)',
    ],
  ])('refuses %s', (_, blocks, pointer, message) => {
    expect(validateBlocks(blocks, 'message').map((issue) => [issue.pointer, issue.message])).toContainEqual([pointer, message]);
  });

  it.each<[string, object[], string]>([
    [
      'a second table',
      [
        { type: 'table', rows: rows(1, 1) },
        { type: 'table', rows: rows(1, 1) },
      ],
      'invalid_attachments',
    ],
    [
      'a second table inside a container',
      [
        { type: 'table', rows: rows(1, 1) },
        { type: 'container', child_blocks: [{ type: 'table', rows: rows(1, 1) }] },
      ],
      'invalid_attachments',
    ],
    ['more than 10,000 characters in cells', [{ type: 'table', rows: rows(11, 1, long(1000)) }], 'invalid_blocks'],
    ['more than 20,000 characters in a data_table', [{ type: 'data_table', caption: 'c', rows: rows(21, 1, long(1000)) }], 'invalid_blocks'],
    [
      'more than 12,000 characters of markdown',
      [
        { type: 'markdown', text: long(7000) },
        { type: 'markdown', text: long(7000) },
      ],
      'msg_blocks_too_long',
    ],
    ['more than the budget of a message', many(5, () => section({ text: mrkdwn(long(2700)) })), 'msg_blocks_too_long'],
  ])('refuses the whole message for %s', (_, blocks, code) => {
    expect(() => acceptBlocks(blocks, () => 'id')).toThrow(code);
  });

  it('takes a data_table larger than the budget, which has a limit of its own', () => {
    expect(acceptBlocks([{ type: 'data_table', caption: 'c', rows: rows(19, 1, long(1000)) }], () => 'id')).toHaveLength(1);
  });

  it('names blocks and buttons that the app did not name', () => {
    let next = 0;
    expect(acceptBlocks([actions(button()), { type: 'divider', block_id: 'mine' }], () => `id${(next += 1)}`)).toMatchObject([
      { block_id: 'id1', elements: [{ action_id: 'id2' }] },
      { block_id: 'mine' },
    ]);
  });

  it.each<[string, object, string]>([
    ['a long title', { type: 'modal', title: plain(long(25)), blocks: [] }, 'must be less than 25 characters'],
    [
      'inputs without submit',
      { type: 'modal', title: plain('T'), blocks: [{ type: 'input', label: plain('L'), element: { type: 'plain_text_input' } }] },
      'missing required field: submit',
    ],
    [
      'a plan in a modal',
      { type: 'modal', title: plain('T'), blocks: [{ type: 'plan', title: 'P' }] },
      'unsupported type: plan (not available in a modal)',
    ],
    ['long private metadata', { type: 'modal', title: plain('T'), blocks: [], private_metadata: long(3001) }, 'must be less than 3001 characters'],
  ])('refuses a view with %s', (_, view, message) => {
    expect(validateView(view).map((issue) => issue.message)).toContain(message);
  });
});
