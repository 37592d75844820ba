import { readdirSync, readFileSync } from 'node:fs';
import type { FaultLab } from './lab.ts';

/** Installers that a worker of this lab started, and that run now. */
export const toolsOf = ({ playground }: Pick<FaultLab, 'playground'>): readonly { readonly pid: number; readonly command: string }[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // A tool has a home of its own, and the lab's tools on its PATH.
      return environment.includes('pgdist-tool-') && environment.includes(playground.folder) ? [{ pid: Number(name), command }] : [];
    } catch {
      return [];
    }
  });
