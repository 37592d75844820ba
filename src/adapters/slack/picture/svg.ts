import { visible } from '../../../domain/visible.ts';

/** Colours on white paper: a picture is the same in light and dark, so that it brings its own ground. Each has a contrast of 4.5 or more on it. */
export const INK = {
  text: '#1d1c1d',
  muted: '#5b5b5c',
  line: '#c9c9cb',
  soft: '#f6f6f7',
  good: '#14724f',
  bad: '#b3123f',
  unknown: '#8a5a00',
  accent: '#1264a3',
};

/** Width of a character of the font at 1 px, which has the same for all. */
const ADVANCE = 0.6001;

/** As many characters as have room, the last an ellipsis where some are left out. */
export const fitting = (words: string, size: number, width: number): string => {
  const characters = Array.from(visible(words));
  const room = Math.max(1, Math.floor(width / (size * ADVANCE)));
  return characters.length <= room ? characters.join('') : `${characters.slice(0, room - 1).join('')}…`;
};

interface Style {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Words at the left, middle or right of (x, y), which is on their baseline. Whatever is in them, none of it is markup. */
export const words = (x: number, y: number, text: string, { size = 13, colour = INK.text, bold = false, anchor = 'start' }: Style = {}): string =>
  `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}"${bold ? ' font-weight="700"' : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(text)}</text>`;

export const box = (x: number, y: number, width: number, height: number, { fill = 'none', stroke = 'none', radius = 0 } = {}): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" fill="${fill}" stroke="${stroke}"/>`;

export const path = (
  points: readonly (readonly [number, number])[],
  { stroke, dashes, width = 2 }: { readonly stroke: string; readonly dashes?: string; readonly width?: number },
): string =>
  `<path d="${points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}/>`;

/** A circle with one letter in it, for those who do not tell colours apart. */
export const badge = (x: number, y: number, letter: string, colour: string): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="8" fill="${colour}"/>${words(x, y + 4, letter, { size: 11, colour: '#ffffff', bold: true, anchor: 'middle' })}`;

/** The whole picture on white paper. */
export const sheet = (width: number, height: number, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="Roboto Mono">`,
    box(0.5, 0.5, width - 1, height - 1, { fill: '#ffffff', stroke: INK.line, radius: 8 }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');

const round = (value: number): string => String(Math.round(value * 10) / 10);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** What XML takes in no form, lone surrogates among it. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const escaped = (text: string): string =>
  visible(text)
    .replaceAll(NOT_IN_XML, '\u{fffd}')
    .replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
