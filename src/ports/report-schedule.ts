/** Which runs the reporter has to look at, and when; survives reporters that die. Instants are stored, so that the clock can be passed in. */
export interface ReportSchedule {
  /** Ids whose instant has come. */
  due(now: Date): Promise<readonly string[]>;
  /** Looks at the run at this instant, unless it is due earlier already. */
  later(runId: string, at: Date): Promise<void>;
  /** Somebody shows the run now; it is due again at `until`, should they die. */
  begin(runId: string, until: Date): Promise<void>;
  /** Forgets the run unless it became due again since begin(until); true when it was forgotten. */
  settled(runId: string, until: Date): Promise<boolean>;
}
