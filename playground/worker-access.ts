import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { operatorClient, type Connection } from './control/kit.ts';
import { kubeconfigOf, type SimulatedFleet } from './fleet.ts';

const ACCOUNT = { namespace: 'pgdist', name: 'pgdist' };
/** Longer than anybody plays. */
const TOKEN_SECONDS = 86_400;
/** A machine that is busy starts a process slowly. */
const SCRIPT_MS = 300_000;
const SCRIPT = new URL('../scripts/print-rbac.ts', import.meta.url).pathname;

/**
 * What an administrator does for pgdist's worker on one cluster: applies the roles that `npm run rbac` prints, and makes a token of the ServiceAccount
 * that they are bound to. The connection of that ServiceAccount. Exported for tests.
 */
export const workerAccess = async (administrator: Connection, config: string): Promise<Connection> => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--config', config, '--cluster', administrator.name], {
    timeout: SCRIPT_MS,
  });
  const client = operatorClient(administrator, 'kubectl');
  try {
    for (const document of parseAllDocuments(stdout)) {
      const manifest = document.toJS() as Parameters<typeof client.apply>[0] | null;
      if (manifest !== null) await client.apply(manifest);
    }
    const path = `/api/v1/namespaces/${ACCOUNT.namespace}/serviceaccounts/${ACCOUNT.name}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } };
    const { status } = await client.api.json<{ status: { token: string } }>('POST', path, { body });
    return { ...administrator, token: status.token };
  } finally {
    await client.close();
  }
};

const ACCESS_AT_ONCE = 2;

/** Path of a kubeconfig with which the worker has the rights that pgdist asks for and no other; the administrator's stays for people. */
export const workerKubeconfig = async ({ connections }: SimulatedFleet, config: string, folder: string): Promise<string> => {
  const path = join(folder, 'worker-kubeconfig');
  const allowed: Connection[] = [];
  // A process for each: all at once would starve one another on a large fleet.
  for (let first = 0; first < connections.length; first += ACCESS_AT_ONCE)
    allowed.push(...(await Promise.all(connections.slice(first, first + ACCESS_AT_ONCE).map((connection) => workerAccess(connection, config)))));
  await writeFile(path, kubeconfigOf(allowed), { mode: 0o600 });
  return path;
};
