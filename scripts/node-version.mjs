// Loaded before an entry of TypeScript (node --import): an older Node would say "Unknown file extension" instead. Plain JavaScript that any Node reads.
const NEEDED = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `pgdist needs Node ${NEEDED} or newer, and this is ${process.version}: install it, or type \`npm ci\`, which brings one for the npm scripts.\n`,
  );
  process.exit(2);
}
