import { readFileSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { CLUSTERS, type Lab } from './lab.ts';

/**
 * Writes a `docker` into a folder for PATH, which has no daemon, so that images are built by buildah, and whose `push` takes an image to the
 * containerd of every cluster. Returns its path.
 */
export const writeDocker = async (lab: Lab, folder: string): Promise<string> => {
  const path = join(folder, 'docker');
  const archive = join(lab.folder, 'pgdist-image.tar');
  // Whoever follows the page has a home of their own, and a lab may keep its clusters in that of who started it.
  const imports = CLUSTERS.map((cluster) => `HOME='${homedir()}' '${lab.program}' node ${cluster} ctr --namespace k8s.io images import '${archive}'`);
  const lines = ['set -e', '[ "$1" = push ] || exit 1', `trap "rm -f '${archive}'" EXIT`, `buildah push "$2" "docker-archive:${archive}:$2"`];
  await writeFile(path, ['#!/bin/sh', ...lines, ...imports, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
};

/** Gives an image that every cluster has another name there. */
export const tagImage = async (lab: Lab, image: string, name: string): Promise<void> => {
  for (const cluster of CLUSTERS) await lab.node(cluster, 'ctr', '--namespace', 'k8s.io', 'images', 'tag', '--force', image, name);
};

/**
 * The Redis of the chart's bundled StatefulSet, which no lab can pull: this machine's own server with the libraries that it is linked to, on top of
 * `base`, under the name that the chart gives.
 */
export const bringRedis = async (lab: Lab, docker: string, base: string): Promise<void> => {
  const values = readFileSync(new URL('../../helm/pgdist/values.yaml', import.meta.url), 'utf8');
  const { redis } = parse(values) as { redis: { bundled: { image: string } } };
  const { stdout: server } = await execa('sh', ['-c', 'readlink -f "$(command -v redis-server)"']);
  const { stdout: linked } = await execa('ldd', [server]);
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
  const loader = libraries.find((path) => basename(path).startsWith('ld-')) ?? '';
  const launcher = join(lab.folder, 'pgdist-redis-server');
  await writeFile(launcher, `#!/bin/sh\nexec /redis/${basename(loader)} --library-path /redis /redis/redis-server "$@"\n`);
  await chmod(launcher, 0o755);
  const image = 'docker.io/library/redis:lab';
  const { stdout: container } = await execa('buildah', ['from', '--pull-never', base]);
  try {
    // Debian's program has several names, and does what its name says.
    await execa('buildah', ['copy', container, server, '/redis/redis-server']);
    await execa('buildah', ['copy', container, ...libraries, '/redis/']);
    await execa('buildah', ['copy', container, launcher, '/usr/local/bin/redis-server']);
    await execa('buildah', ['commit', container, image]);
  } finally {
    await execa('buildah', ['rm', container]);
    await rm(launcher, { force: true });
  }
  await execa(docker, ['push', image]);
  // Kubernetes looks for an image of a digest by the digest alone.
  for (const name of [redis.bundled.image, redis.bundled.image.replace(/:[^:@/]+@/, '@')]) await tagImage(lab, image, name);
};
