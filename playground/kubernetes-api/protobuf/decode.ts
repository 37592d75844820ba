import { badRequest, unsupportedMediaType } from '../errors.ts';
import type { Fields } from '../object.ts';
import { MESSAGES, type FieldType, type Message } from './messages.ts';
import { readMessage } from './reader.ts';

const MAGIC = 'k8s\0';

/** Object in the protobuf envelope of Kubernetes (runtime.Unknown). Throws 400 for broken bytes, 415 for a kind whose messages are not known. */
export const decodeProtobuf = (body: Buffer): Fields => {
  if (body.subarray(0, 4).toString('latin1') !== MAGIC)
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const envelope = new Map(readMessage(body.subarray(4)));
    const typeMeta = new Map(readMessage(bytesOf(envelope.get(1))));
    const apiVersion = textOf(bytesOf(typeMeta.get(1)));
    const kind = textOf(bytesOf(typeMeta.get(2)));
    const message = MESSAGES[kind];
    if (message === undefined) throw unsupportedMediaType(['application/json', 'application/yaml']);
    return { apiVersion, kind, ...decodeMessage(bytesOf(envelope.get(2)), message) };
  } catch (error) {
    if (error instanceof Error && error.name === 'Error' && !('reason' in error)) throw badRequest(`proto: ${error.message}`);
    throw error;
  }
};

const bytesOf = (value: number | Uint8Array | undefined): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const decodeMessage = (bytes: Uint8Array, message: Message): Fields => {
  const result: Fields = {};
  for (const [number, value] of readMessage(bytes)) {
    const field = message[number];
    if (field === undefined) continue;
    const [name, type] = field;
    if (typeof type === 'object' && 'map' in type) {
      const entry = new Map(readMessage(bytesOf(value)));
      result[name] = { ...result[name], [textOf(bytesOf(entry.get(1)))]: decodeValue(entry.get(2), type.map) };
    } else if (typeof type === 'object' && 'repeated' in type)
      result[name] = [...((result[name] as unknown[] | undefined) ?? []), decodeValue(value, type.repeated)];
    else {
      const decoded = decodeValue(value, type);
      if (decoded !== '' && decoded !== undefined) result[name] = decoded;
    }
  }
  return result;
};

const decodeValue = (value: number | Uint8Array | undefined, type: FieldType): unknown => {
  if (type === 'string') return textOf(bytesOf(value));
  if (type === 'bytes') return Buffer.from(bytesOf(value)).toString('base64');
  if (type === 'bool') return value === 1;
  if (type === 'int') return typeof value === 'number' ? value : 0;
  if (type === 'time') return timeOf(bytesOf(value));
  return typeof type === 'object' && 'message' in type ? decodeMessage(bytesOf(value), type.message) : undefined;
};

/** metav1.Time: seconds in field 1; the zero time is an empty message. */
const timeOf = (bytes: Uint8Array): string | undefined => {
  const seconds = new Map(readMessage(bytes)).get(1);
  return typeof seconds === 'number' && seconds > 0 ? new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z') : undefined;
};
