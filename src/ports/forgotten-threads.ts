/** Threads of runs that nobody knows any more, since Redis lost what it held. */
export interface ForgottenThreads {
  /**
   * Ends the thread of every run that is not known and whose thread has not ended: its card says what is true, and nothing can be pressed. Returns
   * how many there were. Rejects when Slack does not answer; repeating it changes nothing that was done.
   */
  end(isKnown: (runId: string) => Promise<boolean>): Promise<number>;
}
