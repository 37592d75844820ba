import { type Text, told } from '../text.ts';

/** What stands behind a code, the same in `/pgdist help PGD-nnn` and on its page in docs/problems/. */
export interface ProblemPage {
  /** A part of a sentence: 'cluster does not answer'. */
  readonly title: string;
  readonly meaning: Text;
  /** Goes on from 'pgdist looks at'. */
  readonly looksAt: Text;
  /** Goes on from 'Do:'. Files of the repository stand as code: `docs/permissions.md`. */
  readonly remedy: Text;
}

/** As `told`, over several lines of source: a line break is a blank. */
export const paragraph = (sentence: TemplateStringsArray): Text => {
  const [text = ''] = sentence;
  const line = text
    .split('\n')
    .map((part) => part.trim())
    .join(' ');
  return told(Object.assign([line], { raw: [line] }));
};
