import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { OperatorClient } from '../../../control/kit.ts';
import { JOB, WORKER_NAMESPACE } from '../kinds.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'crds', 'kubeslice');

/** What Job kubeslice-install-crds does on a spoke: brings the CRDs of networking.kubeslice.io; one that is there stays as it is. */
export const installCrds = (spoke: OperatorClient, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> =>
  spoke.control(
    { ...JOB, namespace: WORKER_NAMESPACE, fieldSelector: 'metadata.name=kubeslice-install-crds' },
    async () => {
      for (const file of await readdir(FOLDER)) {
        if (file.startsWith('networking.kubeslice.io_')) await spoke.create(parse(await readFile(join(FOLDER, file), 'utf8')) as Manifest);
      }
    },
    { signal, onError },
  );
