import { readdir, readFile } from 'node:fs/promises';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const types: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };

/** The files of client/, by name. */
export const loadAssets = async (): Promise<ReadonlyMap<string, Asset>> => {
  const folder = new URL('client/', import.meta.url);
  const names = await readdir(folder);
  const entries = names.map(async (name): Promise<[string, Asset]> => [
    name,
    { type: `${types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'}; charset=utf-8`, content: await readFile(new URL(name, folder)) },
  ]);
  return new Map(await Promise.all(entries));
};
