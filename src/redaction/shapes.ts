import { HIDDEN } from './hidden.ts';

/**
 * Credentials that are known by their form alone. Every pattern is linear: it either takes all that it has read or gives up after a bounded number
 * of characters, so that no text makes it read anything twice (test/security/linear-time.test.ts).
 */
const SHAPES: readonly RegExp[] = [
  // Slack: tokens, rotating tokens, app tokens, cookies; and addresses that post without any other credential.
  /xox[a-z](?:\.xox[a-z])?-[\w%-]{8,}/g,
  /xapp-[\w-]{8,}/g,
  /hooks\.slack(?:-gov)?\.com(?:\/|\\\/|%2F)[^\s"'<>\\]{4,}/gi,
  // JSON in base64: JSON web tokens with their parts, registries' logins.
  /(?<![A-Za-z0-9+/_-])(?:(?<=\\)[nrt])?eyJ[\w+/%=-]{12,}(?:\.[\w-]+)*/g,
  /(?<=%[0-9A-F]{2})eyJ[\w+/%=-]{12,}(?:\.[\w-]+)*/g,
  // PEM in base64: keys and certificates in kubeconfigs and Secrets.
  /LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{12,}/g,
  // Bootstrap tokens of kubeadm and OCM; an Event's name ends with its instant in nanoseconds and looks much alike.
  /(?<![\w.-])[a-z0-9]{6}\.(?!1[78][0-9a-f]{14}(?![a-z0-9]))[a-z0-9]{16}(?![\w-]|\.\w)/g,
  /(?<=[Tt]oken[ \t=:"']{1,4})[a-z0-9]{6}\.[a-z0-9]{16}(?![\w-]|\.\w)/g,
  // OpenShift
  /sha256~[\w-]{20,}/g,
  // Code hosts and registries of packages and images
  /gh[opsur]_[A-Za-z0-9]{16,}/g,
  /github_pat_\w{16,}/g,
  /gl(?:pat|dt|rt|ft|soat|cbt|ptt|agent|imt)-[\w-]{16,}/g,
  /ATATT3[\w=-]{16,}/g,
  /npm_[A-Za-z0-9]{20,}/g,
  /pypi-AgE[\w-]{16,}/g,
  /dckr_[op]at_[\w-]{16,}/g,
  /rubygems_[a-f0-9]{24,}/g,
  // Clouds
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}/g,
  /AIza[\w-]{30,}/g,
  /ya29\.[\w-]{10,}/g,
  /GOCSPX-[\w-]{10,}/g,
  /(?<!\w)1\/\/0[\w-]{20,}/g,
  /(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{20,}/g,
  /do[opr]_v1_[a-f0-9]{20,}/g,
  /(?<!\w)dapi[a-f0-9]{32}/g,
  // Vault, Terraform, and other services whose tokens name themselves
  /(?<!\w)hv[bsr]\.[\w-]{10,}/g,
  /(?<![\w.-])s\.[A-Za-z0-9]{24}(?!\w)/g,
  /\.atlasv1\.[\w-]{16,}/g,
  /(?<![A-Za-z0-9])[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /whsec_[A-Za-z0-9+/=]{16,}/g,
  /(?<!\w)SG\.[\w-]{16,}(?:\.[\w-]+)*/g,
  /(?<!\w)SK[0-9a-f]{32}(?!\w)/g,
  /(?<![\w-])sk-(?:proj|ant|svcacct|or)-[\w-]{12,}/g,
  /(?<![\w-])sk-[A-Za-z0-9]{28,}/g,
  /(?<!\w)hf_[A-Za-z0-9]{20,}/g,
  /gl(?:sa|c)_[\w+/=-]{20,}/g,
  /lin_api_[A-Za-z0-9]{16,}/g,
  /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,}/g,
  /NRAK-[A-Z0-9]{16,}/g,
  /tskey-[a-z]{2,12}-[\w-]{8,}/g,
  /AGE-SECRET-KEY-1[A-Z0-9]{16,}/g,
  /discord(?:app)?\.com\/api\/webhooks\/\d{6,24}\/[\w-]{16,}/g,
  /webhook\.office\.com\/[^\s"'<>\\]{8,}/gi,
  /(?<=(?<![A-Za-z])bot)\d{6,12}:[\w-]{30,}/g,
  // Private keys and keystores in DER, and the private part of a JSON web key
  /(?<![A-Za-z0-9+/])M(?:II[A-Za-z0-9+/]|I[GH][A-Za-z0-9+/])[A-Za-z0-9+/]{60,}={0,2}/g,
  /(?<="(?:d|p|q|dp|dq|qi|k)"[ \t]{0,2}:[ \t]{0,2}")[\w-]{30,}/g,
  /(?<=["']encrypt["'][ \t]{0,2}[:=][ \t]{0,2}["'])[A-Za-z0-9+/]{40,}={0,2}/g,
  // The answer of Digest authentication
  /(?<=response=["'])[0-9a-f]{32,64}/g,
  // Passwords as servers keep them
  /SCRAM-SHA-\d{1,3}\$\d{1,7}:[\w+/=$:]{16,}/g,
  /\$(?:2[abxy]?|apr1|[156]|argon2id?)\$[\w./=,$+-]{16,}/g,
  /(?<!\w)md5[0-9a-f]{32}(?!\w)/g,
];

/** A PEM block of any kind, in lines, in one line with '\n', or cut off. */
const PEM = /-----BEGIN [A-Z0-9 ]{1,60}-----(?:[^"'<>`-]|-(?!----))*(?:-----END [A-Z0-9 ]{1,60}-----)?/g;

/** What follows the name of a scheme, unless it is a word of a sentence: 'basic authentication', 'bearer token'. */
const SCHEME = /(?<![A-Za-z])((?:bearer|basic)(?:(?:[ \t]|%20|\+){1,4}|[:=][ \t]?)["']?)([\w.~+/=%|:-]{8,})/gi;
const WORD = /^[A-Za-z][a-z]{0,20}[.:]?$/;

export const hideShapes = (text: string): string => {
  const withoutPem = text.includes('-----BEGIN ') ? text.replace(PEM, HIDDEN) : text;
  const withoutSchemes = withoutPem.replace(SCHEME, (all, scheme: string, words: string) => (WORD.test(words) ? all : scheme + HIDDEN));
  return SHAPES.reduce((rest, shape) => rest.replace(shape, HIDDEN), withoutSchemes);
};
