import type { Choice, Control, ShownBlock, Task } from '../shown/model.ts';
import { inlineText, partLines } from './inline.ts';
import { tableLines } from './table.ts';

/** Lines of a block. */
export const blockLines = (block: ShownBlock): string[] => {
  switch (block.kind) {
    case 'section':
      return [
        ...partLines(block.parts),
        ...block.fields.map((field) => `| ${partLines(field).join(' / ')}`),
        ...(block.control ? [controlText(block.control)] : []),
        ...(block.image ? [`(image: ${block.image.alt})`] : []),
      ];
    case 'header':
      return [`# ${inlineText(block.inlines)}`];
    case 'context':
      return [`(${block.items.map((item) => ('alt' in item ? item.alt : inlineText(item))).join(' · ')})`];
    case 'actions':
      return [block.controls.map(controlText).join(' ')];
    case 'divider':
      return ['────────'];
    case 'image':
      return [`(image: ${block.image.alt})`];
    case 'text':
      return partLines(block.parts);
    case 'table':
      return tableLines(block);
    case 'plan':
      return [`▾ ${block.title}`, ...block.tasks.flatMap(taskLines).map(indent)];
    case 'task':
      return taskLines(block.task);
    case 'container':
      return [
        `▾ ${[inlineText(block.title), inlineText(block.subtitle)].filter((text) => text !== '').join(' · ')}`,
        ...block.blocks.flatMap(blockLines).map(indent),
      ];
    case 'alert':
      return [`(${block.level}) ${partLines(block.parts).join(' ')}`];
    case 'input':
      return [`${block.label}${block.optional ? ' (optional)' : ''}: ${controlText(block.control)}`, ...(block.hint ? [`(${block.hint})`] : [])];
  }
};

const marks: Readonly<Record<Task['status'], string>> = { pending: '○', in_progress: '◐', complete: '✓', error: '✗' };

const taskLines = (task: Task): string[] => [
  `${marks[task.status]} ${task.title}`,
  ...[...partLines(task.details), ...partLines(task.output), ...task.sources.map(({ text, url }) => `${text} <${url}>`)].map(indent),
];

const controlText = (control: Control): string => {
  switch (control.kind) {
    case 'button':
      return `[${control.label}]`;
    case 'choice':
      return `{${control.choices.map(choiceText(control.initial)).join(' | ')}}`;
    case 'field':
      return control.initial ? `____ (${control.initial})` : '____';
  }
};

const choiceText =
  (initial: readonly string[]) =>
  ({ value, label, note }: Choice): string =>
    `${initial.includes(value) ? '(x) ' : ''}${label}${note === undefined ? '' : ` (${note})`}`;

export const indent = (line: string): string => (line === '' ? '' : `  ${line}`);
