import { dice, type Planted } from './secrets.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const UPPER = LOWER.toUpperCase();
const ALL = LOWER + UPPER + DIGITS;

/** Secrets in the shapes of files, tools and services that the first corpus does not have, made anew from a seed. */
export const moreSecrets = (seed: number): Planted[] => {
  const roll = dice(seed);
  const from = (letters: string, length: number): string =>
    Array.from({ length }, () => letters.charAt(Math.floor(roll() * letters.length))).join('');
  const word = (length: number): string => from(ALL, length);
  const hex = (length: number): string => from('0123456789abcdef', length);
  const plain = (): string => `${from(LOWER, 6)}${from(DIGITS, 3)}${from(UPPER, 5)}`;
  const base64 = (bytes: number): string => Buffer.from(Array.from({ length: bytes }, () => Math.floor(roll() * 256))).toString('base64');
  const wide = (text: string): string => text.replaceAll(/[!-~]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));
  const shape = (what: string, secret: string, line: (secret: string) => string): Planted => ({ what, secret, line: line(secret) });

  return [
    // Files and tools
    shape('a line of .pgpass', plain(), (secret) => `db.demo.svc:5432:app:postgres:${secret}`),
    shape('a line of .pgpass with stars', plain(), (secret) => `*:*:*:replicator:${secret}`),
    shape('netrc in one line', plain(), (secret) => `machine git.example login robot password ${secret}`),
    shape('netrc of letters alone', from(LOWER, 14), (secret) => `machine git.example login robot password ${secret}`),
    ...['--hub-token ', '--hub-token=', 'token: ', '--token "'].map((before) =>
      shape(
        `a bootstrap token that ends like an Event, after ${before}`,
        `${hex(6)}.17${hex(14)}`,
        (secret) => `clusteradm join ${before}${secret}" --wait`,
      ),
    ),
    shape('ALTER USER', plain(), (secret) => `STATEMENT:  ALTER USER postgres WITH PASSWORD '${secret}';`),
    shape('ALTER ROLE with an escape string', plain(), (secret) => `ALTER ROLE app ENCRYPTED PASSWORD E'${secret}' VALID UNTIL 'infinity'`),
    shape('ALTER ROLE in dollars', plain(), (secret) => `ALTER ROLE app PASSWORD $$${secret}$$`),
    shape('ALTER ROLE with gaps in the password', `${plain()} ${plain()}`, (secret) => `ALTER ROLE app PASSWORD '${secret}'`),
    shape('IDENTIFIED BY', plain(), (secret) => `CREATE USER app IDENTIFIED BY '${secret}'`),
    shape('MYSQL_PWD', plain(), (secret) => `MYSQL_PWD=${secret} mysql -h db`),
    shape('sshpass', plain(), (secret) => `sshpass -p ${secret} ssh root@10.0.0.1`),
    shape('sshpass without a gap', plain(), (secret) => `sshpass -p'${secret}' ssh root@10.0.0.1`),
    shape('mysql -p', plain(), (secret) => `mysql -u root -p${secret} -h db`),
    shape('redis-cli -a', plain(), (secret) => `redis-cli -h cache -a ${secret} ping`),
    shape('AUTH of Redis', plain(), (secret) => `"AUTH" "default" "${secret}"`),
    shape('curl -u', plain(), (secret) => `curl -u admin:${secret} https://registry.example/v2/`),
    shape('curl --user', plain(), (secret) => `curl --user 'admin:${secret}' https://registry.example/v2/`),
    shape('curl --proxy-user', plain(), (secret) => `curl --proxy-user=admin:${secret} https://registry.example/`),
    shape('docker login -p', plain(), (secret) => `docker login -u robot -p ${secret} ghcr.io`),
    shape('openssl -passin', plain(), (secret) => `openssl rsa -in key.pem -passin pass:${secret}`),
    shape('wget', plain(), (secret) => `wget --http-password=${secret} https://a.example/`),
    shape('requirepass', plain(), (secret) => `requirepass ${secret}`),
    shape('masterauth', plain(), (secret) => `masterauth "${secret}"`),
    shape('an .npmrc', word(36), (secret) => `//npm.pkg.example/:_auth = ${secret}`),
    shape('Terraform', plain(), (secret) => `master_password = "${secret}"`),
    shape('Java properties', plain(), (secret) => `spring.datasource.password=${secret}`),
    shape('JDBC', plain(), (secret) => `jdbc:postgresql://db:5432/app?user=app&password=${secret}&ssl=true`),
    shape('Java arguments', plain(), (secret) => `java -Djavax.net.ssl.keyStorePassword=${secret} -jar a.jar`),
    shape('a Go struct', plain(), (secret) => `{User:app Password:${secret} Host:db}`),
    shape('a Go map', plain(), (secret) => `map[password:${secret} user:app]`),
    shape('a Python dict', plain(), (secret) => `{'user': 'app', 'password': '${secret}'}`),
    shape('a Ruby hash', plain(), (secret) => `{:user=>"app", :password=>"${secret}"}`),
    shape('XML', plain(), (secret) => `<server><username>app</username><password>${secret}</password></server>`),
    shape('an attribute of XML', plain(), (secret) => `<add key="db" password="${secret}" />`),
    // HTTP
    shape('Authorization: Digest', hex(32), (secret) => `Authorization: Digest username="a", realm="r", nonce="${hex(16)}", response="${secret}"`),
    shape(
      'an AWS signature',
      hex(64),
      (secret) => `Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261128/eu, SignedHeaders=host, Signature=${secret}`,
    ),
    shape('Authorization: token', hex(40), (secret) => `authorization: token ${secret}`),
    shape('Authorization: ApiKey', word(40), (secret) => `sent Authorization: ApiKey ${secret}`),
    shape('Authorization: Negotiate', base64(48), (secret) => `Authorization: Negotiate ${secret}`),
    shape('the session token of a signed address', word(60), (secret) => `https://b.s3.amazonaws.com/o?X-Amz-Security-Token=${secret}&X-Amz-Date=1`),
    shape('a signature of GCS', hex(128), (secret) => `https://storage.googleapis.com/b/o?X-Goog-Signature=${secret}`),
    shape('a shared access signature', word(43), (secret) => `SharedAccessSignature=sv=2024&ss=b&sig=${secret}%3D&se=2026`),
    shape('a signature of CloudFront', word(80), (secret) => `https://d1.cloudfront.net/x?Expires=1&Signature=${secret}&Key-Pair-Id=K1`),
    shape('a code of OAuth', word(40), (secret) => `POST /token grant_type=refresh_token&refresh_token=${secret}`),
    shape('a client assertion', word(60), (secret) => `client_assertion=${secret}&client_id=a`),
    shape('percent-encoded twice', word(24), (secret) => `https://a.example/?next=https%253A%252F%252Fb%252F%253Ftoken%253D${secret}`),
    shape('a percent-encoded name', plain(), (secret) => `body: user=app&pass%77ord=${secret}`),
    // Services
    shape('DD_API_KEY', hex(32), (secret) => `DD_API_KEY=${secret}`),
    shape('an application key of Datadog', hex(40), (secret) => `DD-APPLICATION-KEY: ${secret}`),
    shape('TWILIO_AUTH_TOKEN', hex(32), (secret) => `TWILIO_AUTH_TOKEN=${secret}`),
    shape('SendGrid', word(43), (secret) => `SG.${word(22)}.${secret}`),
    shape('a trigger of GitLab', word(20), (secret) => `using glptt-${secret}`),
    shape('a runner of GitLab', word(20), (secret) => `registering with glrt-${secret}`),
    shape('an OAuth token of GitHub', word(36), (secret) => `ghu_${secret}`),
    shape('PyPI', word(60), (secret) => `TWINE: pypi-AgEIcHlwaS5vcmc${secret}`),
    shape('a Vault root token', word(24), (secret) => `Root Token: hvs.${secret}`),
    shape('an unseal key of Vault', base64(33), (secret) => `Unseal Key 1: ${secret}`),
    shape('a recovery key', base64(33), (secret) => `Recovery Key 2: ${secret}`),
    shape('a certificate key of kubeadm', hex(64), (secret) => `kubeadm join 10.0.0.1:6443 --control-plane --certificate-key ${secret}`),
    shape('a webhook of Discord', word(68), (secret) => `https://discord.com/api/webhooks/112233445566778899/${secret}`),
    shape('a bot of Telegram', word(35), (secret) => `https://api.telegram.org/bot123456789:${secret}/getMe`),
    shape('a webhook of Teams', hex(32), (secret) => `https://acme.webhook.office.com/webhookb2/x/IncomingWebhook/${secret}/y`),
    shape('a DSN of Sentry', hex(32), (secret) => `https://${secret}@o1.ingest.sentry.io/2`),
    shape('JWK', word(43), (secret) => `{"kty":"EC","crv":"P-256","d":"${secret}","x":"a","y":"b"}`),
    shape('a WireGuard key', base64(32), (secret) => `PrivateKey = ${secret}`),
    shape('a preshared key', base64(32), (secret) => `PresharedKey: ${secret}`),
    shape('an encryption key of etcd', base64(32), (secret) => `    - aescbc:\n        keys:\n        - name: key1\n          secret: ${secret}`),
    shape('a gossip key', base64(32), (secret) => `"encrypt": "${secret}"`),
    shape('PKCS#12 in base64', `MIIJ${base64(90)}`, (secret) => `keystore.p12: ${secret}`),
    shape('a private key in DER', `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${base64(90)}`, (secret) => `cannot parse ${secret}`),
    shape('an SSH key in one line', word(300), (secret) => `-----BEGIN OPENSSH PRIVATE KEY----- ${secret} -----END OPENSSH PRIVATE KEY-----`),
    // Writing
    shape('JSON with escaped quotes inside', `${plain()}\\"${plain()}`, (secret) => `{"password":"${secret}","user":"a"}`),
    shape('a folded YAML block', plain(), (secret) => `password: >-\n    ${secret}\nuser: app`),
    shape('a YAML block of more lines', `${plain()}\n  ${plain()}`, (secret) => `token: |\n  ${secret}\nuser: app`),
    shape('a YAML key in quotes', plain(), (secret) => `"password": ${secret}`),
    shape('a YAML flow', plain(), (secret) => `{user: app, password: ${secret}, db: x}`),
    shape('base64 in lines of 64', (base64(144).match(/.{1,64}/g) ?? []).join('\n'), (secret) => `client-key-data: ${secret}`),
    shape('base64 in lines of 76', (base64(171).match(/.{1,76}/g) ?? []).join('\n'), (secret) => `  token: |\n${secret.replaceAll(/^/gm, '    ')}`),
    shape('a character of no width in the name', plain(), (secret) => `pass\u200bword: ${secret}`),
    shape('a soft hyphen in the name', plain(), (secret) => `to\u00adken=${secret}`),
    shape('fullwidth letters', plain(), (secret) => `${wide('password')}：${secret}`),
    shape('a name in mathematical letters', plain(), (secret) => `𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝=${secret}`),
    shape('a name in spaced letters', plain(), (secret) => `p a s s w o r d: ${secret}`),
    shape('a colour in between', plain(), (secret) => `\u001b[1mpassword\u001b[0m: ${secret}`),
    shape('UTF-16', plain(), (secret) => `password=${secret}`.replaceAll(/./g, '$&\0')),
    shape('an arrow', plain(), (secret) => `password -> ${secret}`),
    shape('a sentence with is', plain(), (secret) => `the password is ${secret}`),
    shape('a sentence with is and quotes', plain(), (secret) => `your new password is "${secret}"`),
    shape('a difference', plain(), (secret) => `-  password: ${plain()}\n+  password: ${secret}`),
    shape('German', plain(), (secret) => `Passwort: ${secret}`),
    shape('French', plain(), (secret) => `mot de passe : ${secret}`),
    shape('Spanish', plain(), (secret) => `contraseña: ${secret}`),
    shape('PASS in capitals', plain(), (secret) => `SMTP_PASS=${secret}`),
    shape('a pin', plain(), (secret) => `DB_PW=${secret}`),
    shape('a KubeDB annotation', plain(), (secret) => `kubedb.com/auth-secret-password: ${secret}`),
    shape('stringData', plain(), (secret) => `kind: Secret\nstringData:\n  whatever: ${secret}`),
    shape(
      'the data of a Secret in YAML',
      Buffer.from(plain()).toString('base64'),
      (secret) => `apiVersion: v1\nkind: Secret\ndata:\n  whatever: ${secret}\ntype: Opaque`,
    ),
    shape(
      'a last-applied Secret',
      Buffer.from(plain()).toString('base64'),
      (secret) => `last-applied-configuration: "{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"x\\":\\"${secret}\\"},\\"kind\\":\\"Secret\\"}"`,
    ),
  ];
};
