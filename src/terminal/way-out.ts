import { createRedactor, type Redactor } from '../redaction/redactor.ts';

/** What a command shows: results on standard output, all else on standard error, both behind the redactor. */
interface WayOut {
  /** Whole lines of a result. */
  print(text: string): void;
  /** One line of progress, or why there is no result. */
  tell(line: string): void;
}

export const wayOut = (redactor: Redactor = createRedactor()): WayOut => {
  // Whoever reads may have seen enough: head closes the pipe.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? process.exitCode : 1));
  return out(redactor);
};

const out = (redactor: Redactor): WayOut => ({
  print: (text) => void process.stdout.write(redactor.text(text)),
  tell: (line) => void process.stderr.write(`${redactor.text(line)}\n`),
});
