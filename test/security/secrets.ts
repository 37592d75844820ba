/** Secrets of many kinds, made anew from a seed for each run: none of them ever stands in this repository. */
export interface Planted {
  readonly what: string;
  /** As an API server, a tool or a library would tell it. */
  readonly line: string;
  /** What must be seen nowhere. */
  readonly secret: string;
}

export type Dice = () => number;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const UPPER = LOWER.toUpperCase();
const ALL = LOWER + UPPER + DIGITS;

export const plantedSecrets = (seed: number): Planted[] => {
  const roll = dice(seed);
  const from = (letters: string, length: number): string =>
    Array.from({ length }, () => letters.charAt(Math.floor(roll() * letters.length))).join('');
  const word = (length: number): string => from(ALL, length);
  const hex = (length: number): string => from('0123456789abcdef', length);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const password = (): string => `${from(UPPER, 2)}${from(LOWER, 5)}${from('!#%*+-_~^', 2)}${from(DIGITS, 4)}`;
  const plain = (): string => `${from(LOWER, 5)}${from(DIGITS, 3)}${from(UPPER, 4)}`;
  const pemBody = (): string => Array.from({ length: 4 }, () => from(`${ALL}+/`, 64)).join('\n');
  const pem = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  const jwt = (): { token: string; tail: string } => {
    const tail = word(40);
    return {
      token: `${base64(`{"alg":"RS256","kid":"${hex(6)}"}`).replaceAll('=', '')}.${base64(`{"sub":"${word(12)}"}`).replaceAll('=', '')}.${tail}`,
      tail,
    };
  };
  const shape = (what: string, secret: string, line: (secret: string) => string): Planted => ({ what, secret, line: line(secret) });
  const prefixed = (prefix: string, length: number, letters = ALL): Planted =>
    shape(`a token that starts with ${prefix}`, from(letters, length), (secret) => `the server refused ${prefix}${secret} (401)`);
  const { token, tail } = jwt();
  const second = jwt();

  return [
    shape('JSON', password(), (secret) => `cannot parse {"user":"app","password":"${secret}","db":"x"}`),
    shape('JSON inside JSON', plain(), (secret) => JSON.stringify({ body: JSON.stringify({ password: secret, other: 1 }) })),
    shape('JSON three deep', plain(), (secret) => JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ token: secret }) }) })),
    shape('PGPASSWORD', password(), (secret) => `PGPASSWORD=${secret} psql -h db failed`),
    shape('an environment variable', plain(), (secret) => `env POSTGRES_PASSWORD=${secret}`),
    shape('YAML', password(), (secret) => `data:\n  password: ${secret}\n  user: app`),
    shape('YAML in quotes', password(), (secret) => `password: '${secret}'`),
    shape('a YAML block', plain(), (secret) => `password: |-\n  ${secret}\nuser: app`),
    shape('a DSN', plain(), (secret) => `dial postgres://app:${secret}@db.demo.svc:5432/app?sslmode=require: refused`),
    shape('a DSN with an odd password', `a/${plain()}#`, (secret) => `dial postgresql://app:${secret}@db:5432/app refused`),
    shape('a DSN of Redis without a user', plain(), (secret) => `rediss://:${secret}@cache:6380/0 timed out`),
    shape('a DSN of Mongo', plain(), (secret) => `mongodb+srv://root:${secret}@c0.example.net/x`),
    shape('a key-value DSN', plain(), (secret) => `host=db user=app password=${secret} dbname=x: no route`),
    shape('an address with a token for a user', hex(32), (secret) => `fatal: could not read from https://${secret}@git.example/x`),
    shape('a Basic header', base64(`app:${plain()}`), (secret) => `Authorization: Basic ${secret}`),
    shape('a Basic header without its name', base64(`app:${plain()}`), (secret) => `sent "Basic ${secret}" and was refused`),
    shape('a Bearer header', word(32), (secret) => `Authorization: Bearer ${secret}`),
    shape('a header as Go prints it', word(24), (secret) => `map[Accept:[*/*] Authorization:[Bearer ${secret}]]`),
    shape('a header in JSON', word(24), (secret) => `{"headers":{"Authorization":["Bearer ${secret}"]}}`),
    shape('an opaque Authorization', word(24), (secret) => `authorization: ${secret}`),
    shape('a Bearer in an address', word(24), (secret) => `GET /x?auth=Bearer%20${secret} 403`),
    shape('cookies', word(24), (secret) => `Cookie: theme=dark; session=${secret}`),
    shape('a Set-Cookie', word(24), (secret) => `Set-Cookie: sid=${secret}; Path=/; HttpOnly`),
    shape('X-Vault-Token', word(24), (secret) => `X-Vault-Token: ${secret}`),
    shape('X-Api-Key', word(24), (secret) => `x-api-key: ${secret}`),
    shape('client-key-data', base64(pem('RSA PRIVATE KEY', pemBody())), (secret) => `client-key-data: ${secret}`),
    shape('base64 of PEM without a name', base64(pem('EC PRIVATE KEY', pemBody())), (secret) => `unexpected value ${secret}`),
    shape('a PEM key', pemBody(), (secret) => `read ${pem('PRIVATE KEY', secret)} and failed`),
    shape(
      'a PEM key in one line',
      pemBody().replaceAll('\n', '\\n'),
      (secret) => `{"key":"-----BEGIN RSA PRIVATE KEY-----\\n${secret}\\n-----END RSA PRIVATE KEY-----\\n"}`,
    ),
    shape('an OpenSSH key', pemBody(), (secret) => pem('OPENSSH PRIVATE KEY', secret)),
    shape('a PEM key without an end', pemBody(), (secret) => `-----BEGIN PRIVATE KEY-----\n${secret}`),
    shape('a licence', pemBody(), (secret) => `license rejected: ${pem('CERTIFICATE', secret)}`),
    shape('a licence in base64', base64(pem('CERTIFICATE', pemBody())), (secret) => `--set global.license=${secret}`),
    shape('the key of a GCP service account', pemBody(), (secret) =>
      JSON.stringify({ type: 'service_account', private_key: pem('PRIVATE KEY', secret), client_email: 'a@b' }),
    ),
    shape('a JSON web token', tail, () => `invalid bearer token ${token}`),
    shape('a JSON web token behind an equals sign', second.tail, () => `x=${second.token}`),
    shape('a JSON web token after a line break in JSON', second.tail, () => `{"text":"line\\n${second.token}"}`),
    shape('the token of a kubeconfig', word(40), (secret) => `users:\n- name: a\n  user:\n    token: ${secret}`),
    shape('a bootstrap token', from(LOWER + DIGITS, 15) + from('ghijk', 1), (secret) => `kubeadm join --discovery-token-x abcdef.${secret} failed`),
    shape('a token flag with =', word(24), (secret) => `clusteradm join --hub-token=${secret} --cluster-name a`),
    shape('a token flag with a gap', word(24), (secret) => `clusteradm join --hub-token ${secret} --cluster-name a`),
    shape('a password flag', plain(), (secret) => `helm registry login -u a --password ${secret} ghcr.io`),
    shape('a flag of letters and signs', `${word(9)}-${word(3)}`, (secret) => `mysqldump --password=${secret} db`),
    shape('SQL', plain(), (secret) => `ERROR: syntax error at CREATE ROLE app PASSWORD '${secret}' LOGIN`),
    shape('a sentence', plain(), (secret) => `login of app with password ${secret} was refused`),
    shape('SCRAM', word(44), (secret) => `rolpassword is SCRAM-SHA-256$4096:${secret}`),
    shape('bcrypt', word(53), (secret) => `admin:$2y$10$${secret}`),
    shape('a query', word(24), (secret) => `GET https://api.example/x?user=a&access_token=${secret}&b=1 500`),
    shape('a password in a query', plain(), (secret) => `https://api.example/login?password=${secret}`),
    shape('a query in a query', word(24), (secret) => `https://a.example/?next=https%3A%2F%2Fb%2F%3Ftoken%3D${secret}%26x%3D1`),
    shape('a signed address of S3', hex(64), (secret) => `https://b.s3.amazonaws.com/o?X-Amz-Date=20261128T000000Z&X-Amz-Signature=${secret}`),
    shape('a signed address of Azure', word(43), (secret) => `https://a.blob.core.windows.net/c?sv=2024-01-01&se=2026-11-28&sig=${secret}%3D`),
    shape('the id of an AWS key', from(UPPER + '234567', 16), (secret) => `AccessDenied for AKIA${secret}`),
    shape('an AWS secret', from(`${ALL}/+`, 40), (secret) => `aws_secret_access_key = ${secret}`),
    shape('an AWS secret in JSON', from(`${ALL}/+`, 40), (secret) => `{"AccessKeyId":"x","SecretAccessKey":"${secret}"}`),
    shape('an AWS session', from(`${ALL}/+`, 80), (secret) => `AWS_SESSION_TOKEN=${secret}`),
    shape(
      'a storage account of Azure',
      `${from(`${ALL}/+`, 86)}==`,
      (secret) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secret};EndpointSuffix=core.windows.net`,
    ),
    shape('a client secret of Azure', word(31), (secret) => `AADSTS7000215: invalid secret ${word(3)}8Q~${secret} provided`),
    shape('AZURE_CLIENT_SECRET', word(24), (secret) => `AZURE_CLIENT_SECRET=${secret}`),
    shape('client_secret', word(24), (secret) => `{"client_id":"a","client_secret":"${secret}"}`),
    shape('an npm token', word(36), (secret) => `//registry.npmjs.org/:_authToken=${secret}`),
    shape('a login of a registry', base64(`robot:${plain()}`), (secret) => `{"auths":{"ghcr.io":{"auth":"${secret}"}}}`),
    shape(
      'a .dockerconfigjson',
      base64(JSON.stringify({ auths: { 'ghcr.io': { auth: base64(`a:${plain()}`) } } })),
      (secret) => `.dockerconfigjson: ${secret}`,
    ),
    shape(
      'a Secret of Kubernetes',
      base64(plain()),
      (secret) => `Secret is invalid: {"kind":"Secret","data":{"whatever":"${secret}"},"type":"Opaque"}`,
    ),
    shape('a webhook of Slack', word(24), (secret) => `POST https://hooks.slack.com/services/T0A/B0B/${secret} 404`),
    shape('a signing secret', hex(32), (secret) => `SLACK_SIGNING_SECRET=${secret}`),
    shape('HTML', plain(), (secret) => `&quot;password&quot;:&quot;${secret}&quot;`),
    shape('a passphrase', plain(), (secret) => `passphrase: ${secret}`),
    shape('a connection string', plain(), (secret) => `Server=db;User Id=a;Password=${secret};Encrypt=true`),
    shape('a Heroku-like api key', hex(36), (secret) => `api_key: ${secret}`),
    ...[
      'xoxb-1-',
      'xoxp-1-',
      'xoxe.xoxp-1-',
      'xoxe-1-',
      'xapp-1-A0-',
      'ghp_',
      'gho_',
      'ghs_',
      'github_pat_',
      'glpat-',
      'npm_',
      'AIza',
      'ya29.',
      'GOCSPX-',
    ].map((prefix) => prefixed(prefix, 36)),
    ...[
      'sk_live_',
      'rk_live_',
      'whsec_',
      'hvs.',
      'hvb.',
      'dckr_pat_',
      'sk-proj-',
      'sk-ant-',
      'hf_',
      'glsa_',
      'lin_api_',
      'sha256~',
      'tskey-auth-',
      'pypi-AgE',
    ].map((prefix) => prefixed(prefix, 32)),
    prefixed('dop_v1_', 64, '0123456789abcdef'),
    prefixed('shpat_', 32, '0123456789abcdef'),
    prefixed('NRAK-', 27, UPPER + DIGITS),
    prefixed('AGE-SECRET-KEY-1', 58, UPPER + DIGITS),
    prefixed('ATATT3', 60),
  ];
};
