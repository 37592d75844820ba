import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { badRequest, StatusError, unsupportedMediaType } from '../errors.ts';
import { isFields, type Fields } from '../object.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';

/** The real server's limit. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;
const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

export const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? 'application/json').split(';')[0]?.trim() ?? '';

/** The object in a body of JSON, YAML or protobuf; undefined when the body is empty. Throws 400 or 415. */
export const decodeBody = (body: Buffer, contentType: string | undefined): Fields | undefined => {
  if (body.length === 0) return undefined;
  const type = mediaTypeOf(contentType);
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(body);
  if (!ACCEPTED.includes(type) && type !== '*/*') throw unsupportedMediaType(ACCEPTED);
  return parseFields(body, type === 'application/yaml');
};

export const parseFields = (body: Buffer, isYaml: boolean): Fields => {
  let value: unknown;
  try {
    value = isYaml ? parseYamlOrJson(body.toString()) : JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`${isYaml ? 'error decoding YAML' : 'error decoding JSON'}: ${(error as Error).message}`);
  }
  if (!isFields(value)) throw badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct");
  return value;
};

/** Most YAML bodies are JSON, which its own parser reads far faster. */
const parseYamlOrJson = (text: string): unknown => {
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // Flow style YAML also starts with a brace.
    }
  }
  return parseYaml(text);
};
