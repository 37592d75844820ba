import type { FieldChange } from '../../domain/finding.ts';
import { bytesText } from '../../domain/quantity.ts';

/** On the ConfigMap: the text before pgdist's first edit. */
export const BEFORE = 'pgdist/corefile-before';

/** Keys and values of all annotations of an object, bytes (apimachinery, TotalAnnotationSizeLimitB). */
const MOST_BYTES = 256 * 1024;

interface Edited {
  readonly text: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What stands in place of a text for which an object's annotations have no room; undefined where they have it. */
export const insteadOfText = ({ text = '', annotations }: Edited): string | undefined => {
  const others = Object.entries(annotations).filter(([key]) => key !== BEFORE);
  const bytes = [...others, [BEFORE, text]].flat().reduce((sum, word) => sum + Buffer.byteLength(word), 0);
  if (bytes <= MOST_BYTES) return undefined;
  return `not kept: an object has no room for ${bytesText(Buffer.byteLength(text))} more of annotations; what pgdist changed is where slice.local is forwarded`;
};

/** The annotation as an edit writes it; one that is there already stays. */
export const textKept = (edited: Edited): { readonly annotations?: Readonly<Record<string, string>> } =>
  edited.annotations[BEFORE] === undefined ? { annotations: { [BEFORE]: insteadOfText(edited) ?? edited.text ?? '' } } : {};

/** The same as a plan tells it. */
export const textKeptTold = (edited: Edited): FieldChange[] => {
  if (edited.annotations[BEFORE] !== undefined) return [];
  const path = `metadata.annotations.${BEFORE}`;
  const to = insteadOfText(edited);
  return [to === undefined ? { path, later: 'text before this change' } : { path, to }];
};
