/** Formatted text, the same whether it came as mrkdwn, rich_text or markdown; rendered by the page and by the transcript. */
export interface Style {
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly code?: true;
}

export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly style: Style }
  | { readonly kind: 'link'; readonly url: string; readonly text: string; readonly style: Style }
  /** A person, group, channel or broadcast. `about`: the id. */
  | { readonly kind: 'mention'; readonly text: string; readonly about: string; readonly style: Style }
  | { readonly kind: 'emoji'; readonly name: string; readonly character: string };

export type TextPart =
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'quote'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'preformatted'; readonly text: string }
  | { readonly kind: 'heading'; readonly inlines: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly indent: number;
      readonly first: number;
      readonly items: readonly (readonly Inline[])[];
    };

/** What formatted text needs to know about the workspace. Unknown ids are shown as they are. */
export interface Names {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
  usergroup(id: string): string | undefined;
  readonly now: Date;
  readonly timeZone: string;
}
