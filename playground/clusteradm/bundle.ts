/** Version of this clusteradm, and of the OCM release that it installs by default. */
export const CLUSTERADM_VERSION = 'v1.3.1';
export const DEFAULT_BUNDLE = '1.3.1';
const BUNDLES = ['1.1.0', '1.1.1', '1.2.0', '1.2.1', '1.3.0', '1.3.1'];

/** Image of a part at a bundle version; throws for a version that this binary does not know. */
export const bundleImage = (part: string, version = DEFAULT_BUNDLE): string => {
  const release = version === 'latest' || version === 'default' ? DEFAULT_BUNDLE : version;
  if (!BUNDLES.includes(release)) throw new Error(`couldn't find the requested version bundle: ${version}`);
  return `quay.io/open-cluster-management/${part}:v${release}`;
};
