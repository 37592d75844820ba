/** Names in the subject of a certificate request. */
interface CertificateSubject {
  readonly commonNames: readonly string[];
  readonly organizations: readonly string[];
}

/** One DER element: tag, content, and where the next one begins. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
/** Content of the object identifiers 2.5.4.3 and 2.5.4.10 (RFC 5280, appendix A.1). */
const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';

/** Reads the subject of a PEM PKCS#10 request (RFC 2986). undefined for anything that is none, down to the last byte of the subject. */
export const subjectOfRequest = (pem: string): CertificateSubject | undefined => {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([\sA-Za-z0-9+/=]+)-----END/.exec(pem)?.[1];
  if (body === undefined) return undefined;
  try {
    // CertificationRequest { CertificationRequestInfo { version, subject, … }, … }
    const [version, subject] = children(child(element(Buffer.from(body, 'base64'), 0, SEQUENCE), SEQUENCE), 2);
    if (version?.tag !== INTEGER || subject?.tag !== SEQUENCE) return undefined;
    const attributes = children(subject).flatMap((set) => children(expect(set, SET)).map((pair) => children(expect(pair, SEQUENCE), 2)));
    const valuesOf = (identifier: string): string[] =>
      attributes.filter(([type]) => type?.content.toString('hex') === identifier).map(([, value]) => value?.content.toString('utf8') ?? '');
    return { commonNames: valuesOf(COMMON_NAME), organizations: valuesOf(ORGANIZATION) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const child = (parent: Element, tag: number): Element => element(parent.content, 0, tag);

/** All elements inside, or the first `count`. */
const children = (parent: Element, count = Infinity): Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < parent.content.length && found.length < count;) {
    const next = element(parent.content, at);
    found.push(next);
    at = next.end;
  }
  return found;
};

const expect = (found: Element, tag: number): Element => {
  if (found.tag !== tag) throw new RangeError(`DER tag ${found.tag} where ${tag} was expected`);
  return found;
};

/** Throws RangeError when the bytes end early or the tag is another. */
const element = (bytes: Buffer, at: number, tag?: number): Element => {
  const first = bytes.readUInt8(at + 1);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 4) throw new RangeError('DER length too long');
  const start = at + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  if (start + length > bytes.length) throw new RangeError('DER content cut short');
  const found = { tag: bytes.readUInt8(at), content: bytes.subarray(start, start + length), end: start + length };
  return tag === undefined ? found : expect(found, tag);
};
