import { aptInstall, mayInstall, onPath, SetupError } from './system.mjs';

/** Path of a Chromium for the browser tests. */
export const ensureChromium = () => {
  const find = () => process.env.PGDIST_CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome');
  const found = find();
  if (found !== undefined) return found;
  if (!mayInstall())
    throw new SetupError(
      'the browser tests need Chromium: on Debian type `sudo apt-get install chromium`, elsewhere set PGDIST_CHROMIUM to its path.',
    );
  aptInstall('chromium');
  return find();
};
