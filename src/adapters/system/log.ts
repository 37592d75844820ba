import { pino, type DestinationStream, type Logger } from 'pino';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';

/** Fields whose value is never logged, whatever holds them. */
const HIDDEN_FIELDS = ['token', 'password', 'authorization', 'secret', 'kubeconfig', 'licence', 'responseUrl', 'response_url'];

/** JSON lines on stdout: `{"level":"info","time":…,"process":"worker","msg":…}`. Every line passes the redactor. */
export const createLog = ({
  process,
  level,
  redactor = createRedactor(),
  destination,
}: {
  readonly process: string;
  readonly level: string;
  readonly redactor?: Redactor;
  readonly destination?: DestinationStream;
}): Logger =>
  pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Before it becomes JSON as well: what is on several lines there is on one line here.
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecrets(fields, redactor) },
      serializers: { error: errorFields(redactor), err: errorFields(redactor) },
      redact: { paths: HIDDEN_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '(hidden)' },
      hooks: { streamWrite: (line) => harmless(redactor.text(line)) },
    },
    ...(destination === undefined ? [] : [destination]),
  );

/** Characters: an error of a validation may quote thousands of faults, and a line of a log is for reading. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_STACK = 8_000;

/** Errors within errors that are told. */
const MOST_CAUSES = 4;

/** Neither headers nor bodies nor argv: name, sentence and stack. Redacted before it is cut: half a secret no longer looks like one. */
const errorFields =
  (redactor: Redactor) =>
  (error: unknown): unknown => {
    if (!(error instanceof Error)) return redactor.text(String(error)).slice(0, LONGEST_MESSAGE);
    const { stack, message } = error;
    const told = toldOf(error, redactor, MOST_CAUSES);
    return { ...told, stack: stack === undefined ? undefined : redactor.text(stack.replace(message, () => told.message)).slice(0, LONGEST_STACK) };
  };

interface Told {
  readonly name: string;
  readonly message: string;
  readonly cause?: Told;
  readonly errors?: readonly Told[];
}

const toldOf = (error: Error, redactor: Redactor, depth: number): Told => {
  const { name, message, cause } = error;
  const several: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const errors = several.filter((one) => one instanceof Error).slice(0, MOST_CAUSES);
  return {
    name: redactor.text(name).slice(0, 100),
    message: redactor.text(message).slice(0, LONGEST_MESSAGE),
    ...(cause instanceof Error && depth > 0 ? { cause: toldOf(cause, redactor, depth - 1) } : {}),
    ...(errors.length > 0 && depth > 0 ? { errors: errors.map((one) => toldOf(one, redactor, depth - 1)) } : {}),
  };
};

const withoutSecrets = (fields: Record<string, unknown>, redactor: Redactor): Record<string, unknown> => {
  try {
    return redactor.value(fields);
  } catch (error) {
    // A circle: pino has an answer to it.
    if (error instanceof RangeError) return fields;
    throw error;
  }
};

/** A line that moves no cursor and turns no text around on the terminal of who reads it: JSON leaves these characters as they are. */
const harmless = (line: string): string =>
  line.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
