import { isProblemCode, PROBLEMS } from '../src/domain/problem.ts';
import type { ProblemPage } from '../src/domain/problems/page.ts';
import { parse, type Span, type Text } from '../src/domain/text.ts';
import { SLASH } from '../src/ports/use-cases.ts';

/** Titles of the parts of the index, by the first digits of the codes in them. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  'Reaching clusters': ['00'],
  'Before anything is changed': ['01'],
  'Open Cluster Management': ['02'],
  KubeSlice: ['03'],
  'Licence and KubeDB': ['04'],
  DNS: ['05'],
  PostgreSQL: ['06', '07'],
  'Objects that pgdist writes': ['08'],
  'Runs and pgdist itself': ['09'],
};

const INTRODUCTION = `# Problems

Every problem that pgdist tells has a code. The message in Slack names the cluster and the object, says what was seen and what to do; the page of the code
says what stands behind it. So does \`${SLASH} help PGD-041\`, where \`slack.problemsUrl\` of pgdist.yaml does not link the codes to these pages.

A problem in a plan means that nothing was changed. A problem in a run that was applying means that what is done stays in place: put the cause right and
press Retry, which plans again and goes on without a new approval as long as it would do nothing that was not approved and nobody cancelled the run.
\`${SLASH} verify DATABASE\` looks at all of it again and changes nothing.
`;

/** Files of docs/ by their path in it, as they are to be: the index, and a page for each code. */
export const problemPages = (problems: Readonly<Record<string, ProblemPage>> = PROBLEMS): ReadonlyMap<string, string> =>
  new Map([['problems.md', index(problems)], ...Object.entries(problems).map(([code, page]) => [fileOf(code), pageOf(code, page)] as const)]);

const fileOf = (code: string): string => `problems/${code}.md`;

/** Each code is a heading, so that a link to it in this file still finds it. */
const index = (problems: Readonly<Record<string, ProblemPage>>): string =>
  [
    INTRODUCTION,
    ...Object.entries(AREAS).map(([title, digits]) =>
      [
        `## ${title}\n`,
        ...Object.entries(problems)
          .filter(([code]) => digits.some((start) => code.startsWith(`PGD-${start}`)))
          .map(([code, page]) => `### ${code}\n[${capital(page.title)}](${fileOf(code)})\n`),
      ].join('\n'),
    ),
  ].join('\n');

const pageOf = (code: string, { title, meaning, looksAt, remedy }: ProblemPage): string => `# ${code}: ${capital(title)}

${markdown(code, meaning)}

**pgdist looks at** ${markdown(code, looksAt)}

**Do:** ${markdown(code, remedy)}

[All problems](../problems.md) · in Slack \`${SLASH} help ${code}\`
`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A sentence of the page of one code; codes of others and files of docs/ become links. */
const markdown = (own: string, text: Text): string =>
  parse(text)
    .map((span) => (typeof span === 'string' ? linked(own, span) : marked(span)))
    .join('');

const linked = (own: string, words: string): string =>
  words.replace(/[\\*<[]/g, String.raw`\$&`).replace(/PGD-\d{3}/g, (code) => (code === own || !isProblemCode(code) ? code : `[${code}](${code}.md)`));

const marked = (span: Exclude<Span, string>): string => {
  switch (span.kind) {
    case 'code':
      return span.text.startsWith('docs/') ? `[${span.text.slice('docs/'.length)}](../${span.text.slice('docs/'.length)})` : `\`${span.text}\``;
    case 'bold':
      return `**${span.text}**`;
    case 'link':
      return `[${span.text}](${span.url})`;
    case 'user':
    case 'group':
    case 'channel':
    case 'time':
      throw new Error(`a page of docs cannot show a ${span.kind}`);
  }
};
