import type { Inline, TextPart } from '../text/parts.ts';

/** Blocks as a client shows them: what the page draws and the transcript writes. */
export type ShownBlock =
  | {
      readonly kind: 'section';
      readonly parts: readonly TextPart[];
      readonly fields: readonly (readonly TextPart[])[];
      readonly control?: Control;
      readonly image?: Picture;
    }
  | { readonly kind: 'header'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'context'; readonly items: readonly (readonly Inline[] | Picture)[] }
  | { readonly kind: 'actions'; readonly controls: readonly Control[] }
  | { readonly kind: 'divider' }
  | { readonly kind: 'image'; readonly image: Picture }
  | { readonly kind: 'text'; readonly parts: readonly TextPart[] }
  | ShownTable
  /** What a person opened stays so as long as the id does. */
  | { readonly kind: 'plan'; readonly id: string; readonly title: string; readonly tasks: readonly Task[] }
  | { readonly kind: 'task'; readonly task: Task }
  | {
      readonly kind: 'container';
      readonly title: readonly Inline[];
      readonly subtitle: readonly Inline[];
      readonly collapsible: boolean;
      readonly collapsed: boolean;
      readonly blocks: readonly ShownBlock[];
    }
  | { readonly kind: 'alert'; readonly level: string; readonly parts: readonly TextPart[] }
  | {
      readonly kind: 'input';
      readonly blockId: string;
      readonly label: string;
      readonly hint: string;
      readonly optional: boolean;
      readonly control: Control;
    };

export interface ShownTable {
  readonly kind: 'table';
  readonly caption: string;
  /** The first is the header. */
  readonly rows: readonly (readonly (readonly TextPart[])[])[];
  readonly align: readonly ('left' | 'center' | 'right')[];
  /** Rows a page, of a data_table. */
  readonly pageSize?: number;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: 'pending' | 'in_progress' | 'complete' | 'error';
  readonly details: readonly TextPart[];
  readonly output: readonly TextPart[];
  readonly sources: readonly { readonly url: string; readonly text: string }[];
}

export interface Picture {
  readonly url: string;
  readonly alt: string;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Shown below the label. */
  readonly note?: string;
}

export interface Confirm {
  readonly title: string;
  readonly parts: readonly TextPart[];
  readonly confirm: string;
  readonly deny: string;
  readonly danger: boolean;
}

/** Something to press, choose or fill in. */
export type Control =
  | {
      readonly kind: 'button';
      readonly blockId: string;
      readonly actionId: string;
      readonly label: string;
      readonly style: 'default' | 'primary' | 'danger';
      readonly url?: string;
      readonly confirm?: Confirm;
    }
  | {
      readonly kind: 'choice';
      readonly look: 'menu' | 'overflow' | 'ticks' | 'radio';
      readonly multiple: boolean;
      readonly blockId: string;
      readonly actionId: string;
      readonly placeholder: string;
      readonly choices: readonly Choice[];
      readonly initial: readonly string[];
    }
  | {
      readonly kind: 'field';
      readonly look: 'line' | 'lines' | 'number' | 'date' | 'time' | 'datetime';
      readonly blockId: string;
      readonly actionId: string;
      readonly placeholder: string;
      readonly initial: string;
    };
