import type { Inline, TextPart } from '../text/parts.ts';

const marks = { bold: '*', italic: '_', strike: '~', code: '`' } as const;
type Mark = keyof typeof marks;

/** Inline text in mrkdwn's marks, each around the longest run that has it; links keep their address. */
export const inlineText = (inlines: readonly Inline[], order: readonly Mark[] = ['bold', 'italic', 'strike', 'code']): string => {
  const [mark, ...rest] = order;
  if (!mark) return inlines.map(bareText).join('');
  return runsOf(inlines, mark)
    .map(({ marked, run }) => (marked ? around(inlineText(run, rest), marks[mark]) : inlineText(run, rest)))
    .join('');
};

const bareText = (inline: Inline): string => {
  if (inline.kind === 'emoji') return inline.character;
  return inline.kind === 'link' && inline.text !== inline.url ? `${inline.text} <${inline.url}>` : inline.text;
};

const runsOf = (inlines: readonly Inline[], mark: Mark): { readonly marked: boolean; readonly run: Inline[] }[] => {
  const runs: { readonly marked: boolean; readonly run: Inline[] }[] = [];
  for (const inline of inlines) {
    const marked = inline.kind !== 'emoji' && inline.style[mark] === true;
    const last = runs.at(-1);
    if (last?.marked === marked) last.run.push(inline);
    else runs.push({ marked, run: [inline] });
  }
  return runs;
};

/** The mark goes inside the white space at both ends, as in mrkdwn. */
const around = (text: string, mark: string): string => {
  const inner = text.trim();
  return inner === '' ? text : text.replace(inner, () => `${mark}${inner}${mark}`);
};

/** Lines of formatted text. */
export const partLines = (parts: readonly TextPart[]): string[] =>
  parts.flatMap((part): string[] => {
    switch (part.kind) {
      case 'paragraph':
        return inlineText(part.inlines).split('\n');
      case 'heading':
        return [`# ${inlineText(part.inlines)}`];
      case 'quote':
        return inlineText(part.inlines)
          .split('\n')
          .map((line) => `> ${line}`);
      case 'preformatted':
        return ['```', ...part.text.split('\n'), '```'];
      case 'list':
        return part.items.map((item, index) => `${'  '.repeat(part.indent)}${part.ordered ? `${part.first + index}.` : '•'} ${inlineText(item)}`);
    }
  });
