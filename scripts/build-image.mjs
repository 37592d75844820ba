// npm run image [-- --tag NAME] [options of the builder, such as --build-arg CLUSTERADM=]
// Builds the Dockerfile with docker where its daemon answers, else with buildah, and says how large the image is unpacked.
// PGDIST_IMAGE_OPTIONS: options of the builder that stand before these, such as the bases of a network without Docker Hub.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const standing = (process.env.PGDIST_IMAGE_OPTIONS ?? '').split(/\s+/).filter((option) => option !== '');
const options = [...standing, ...process.argv.slice(2)];
const at = options.indexOf('--tag');
const tag = at === -1 ? `${name}:${version}` : options[at + 1];
if (tag === undefined) throw new Error('--tag takes the name of the image, such as registry.example/pgdist:1');
const rest = at === -1 ? options : options.toSpliced(at, 2);

const works = (program, ...parameters) => spawnSync(program, parameters, { stdio: 'ignore' }).status === 0;
const output = (program, ...parameters) => spawnSync(program, parameters, { encoding: 'utf8' }).stdout.trim();
const build = (program, ...parameters) => {
  const { status } = spawnSync(program, [...parameters, '--tag', tag, ...rest, root], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

let size;
if (works('docker', 'info')) {
  build('docker', 'build');
  size = output('docker', 'image', 'ls', '--format', '{{.Size}}', tag);
} else if (works('buildah', '--version')) {
  // The format of OCI has no health check.
  build('buildah', 'build', '--format', 'docker');
  size = output('buildah', 'images', '--format', '{{.Size}}', tag);
} else {
  process.stderr.write(
    'Neither docker (with a daemon that answers) nor buildah is here: install one of them, on Debian `apt-get install buildah`.\n',
  );
  process.exit(2);
}
process.stdout.write(`${tag}: ${size} unpacked\n`);
