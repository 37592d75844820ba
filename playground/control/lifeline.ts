/** What the playground starts ends with it, also by kill -9: the way of `npm run playground` itself, which starts Redis. */
export { endWithMe } from '../../scripts/setup/lifeline.mjs';
