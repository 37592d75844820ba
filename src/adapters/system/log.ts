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
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorFields, err: errorFields },
      redact: { paths: HIDDEN_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '(hidden)' },
      hooks: { streamWrite: (line) => redactor.text(line) },
    },
    ...(destination === undefined ? [] : [destination]),
  );

/** Characters: an error of a validation may quote thousands of faults, and a line of a log is for reading. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_STACK = 8_000;

/** Neither headers nor bodies nor argv: name, sentence and stack. */
const errorFields = (error: unknown): unknown => {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST_MESSAGE);
  const { name, message, stack, cause } = error;
  const short = message.slice(0, LONGEST_MESSAGE);
  return {
    name,
    message: short,
    stack: stack?.replace(message, short).slice(0, LONGEST_STACK),
    ...(cause instanceof Error ? { cause: { name: cause.name, message: cause.message.slice(0, LONGEST_MESSAGE) } } : {}),
  };
};
