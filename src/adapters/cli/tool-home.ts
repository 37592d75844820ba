import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePrefix } from './sweep-homes.ts';

/** A folder of one call: the tool's home, caches and kubeconfig, readable by this user alone and gone when the call ends. */
export interface ToolHome {
  /** Writes a file that only this user reads and returns its path. */
  write(name: string, text: string): Promise<string>;
  /** All that the tool gets to see. */
  readonly environment: Readonly<Record<string, string>>;
}

/** From the worker's own environment: what reaching registries and clusters may need. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'HELM_REGISTRY_CONFIG',
] as const;

/** Caches are keyed by host and port alone, so that two clusters behind one address would share them: each call has its own. */
export const withToolHome = async <T>(kubeconfig: string | undefined, use: (home: ToolHome) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), homePrefix()));
  try {
    const write = async (name: string, text: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    };
    const temporary = join(folder, 'tmp');
    await mkdir(temporary, { mode: 0o700 });
    const passedOn = PASSED_ON.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const environment = {
      ...Object.fromEntries(passedOn),
      HOME: folder,
      TMPDIR: temporary,
      KUBECACHEDIR: join(folder, 'kube-cache'),
      HELM_CACHE_HOME: join(folder, 'helm-cache'),
      HELM_CONFIG_HOME: join(folder, 'helm-config'),
      HELM_DATA_HOME: join(folder, 'helm-data'),
      // Without a kubeconfig the tools would look for one elsewhere.
      KUBECONFIG: kubeconfig === undefined ? join(folder, 'none') : await write('kubeconfig', kubeconfig),
    };
    return await use({ write, environment });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
