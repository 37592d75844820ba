import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Pixels of the file for one of the drawing: sharp on screens that have two for each. */
const ZOOM = 2;

type Draw = (svg: string) => Uint8Array;
let drawing: Promise<Draw> | undefined;

/**
 * PNG of a drawing, by the font that comes with pgdist and no other. What draws takes some 30 MB, and is loaded with the first picture.
 * Rejects where the drawing is none, or its parts are not installed.
 */
export const pngOf = async (svg: string): Promise<Uint8Array> => {
  drawing ??= load();
  try {
    return (await drawing)(svg);
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
};

const load = async (): Promise<Draw> => {
  const { resolve } = createRequire(import.meta.url);
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  const [program, ...fontBuffers] = await Promise.all(
    ['@resvg/resvg-wasm/index_bg.wasm', ...WEIGHTS.map((weight) => `@fontsource/roboto-mono/files/roboto-mono-latin-${weight}-normal.woff2`)].map(
      (name) => readFile(resolve(name)),
    ),
  );
  await initWasm(program!);
  return (svg) => {
    const picture = new Resvg(svg, {
      font: { fontBuffers, defaultFontFamily: 'Roboto Mono', loadSystemFonts: false },
      fitTo: { mode: 'zoom', value: ZOOM },
    });
    const rendered = picture.render();
    try {
      return rendered.asPng();
    } finally {
      rendered.free();
      picture.free();
    }
  };
};

const WEIGHTS = [400, 700];
