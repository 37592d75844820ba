/** One code block of a page. */
export interface Block {
  /** Heading of the section that it stands in, without marks. */
  readonly section: string;
  /** First word after the fence; '' when there is none. */
  readonly language: string;
  /** File that the page says to keep it in: ```yaml title="pgdist.yaml". */
  readonly title: string | undefined;
  readonly text: string;
}

/** Code blocks of a page in Markdown, in order. */
export const blocksOf = (page: string): Block[] => {
  let section = '';
  return [...page.matchAll(/^## (.*)$|^```(\w*)(?: title="([^"]+)")?\n([^]*?)^```$/gm)].flatMap(([, heading, language = '', title, text]) => {
    if (heading !== undefined) section = heading;
    return text === undefined ? [] : [{ section, language, title, text }];
  });
};
