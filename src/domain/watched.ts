import { isMuted, lastedMs, type Alert, type AlertEnd, type Beginning, type Mute, type Place, type Severity } from './alert.ts';
import { canonicalJson } from './digest.ts';
import { keyOf, type Lead, type Look, type Standing } from './look.ts';
import type { Text } from './text.ts';

/** Looks in a row after which a verdict is told, or an alert closed: one alone may be a moment. */
const HOLDS = 2;
/** Of looks at which nobody could be asked it takes so many, over a whole interval: most silences pass. */
const SILENCE_HOLDS = 3;
/** While something is not as it was told, looks come so much more often. */
const CLOSER = 5;

/** Looks in a row that came to the same. */
interface Streak {
  readonly looks: number;
  /** ISO instant of the first. */
  readonly first: string;
  /** Earliest instant at which somebody says that it began. */
  readonly began?: string;
}

/** What the watch remembers of a database between two looks. */
export interface Watched {
  /** True once it was seen: what was never deployed is not alerted. */
  readonly deployed: boolean;
  /** ISO instant of the last look that saw it well. */
  readonly wellAt?: string;
  /** What the newest look came to, whatever is told of it; absent: nobody looked. */
  readonly last?: LastLook;
  /** One of these two at most; looks at which nobody could be asked end neither. */
  readonly well?: Streak;
  readonly broken?: Streak;
  readonly silent?: Streak;
  /** What the newest looks told first, and how many in a row did. */
  readonly lead?: { readonly key: string; readonly looks: number };
  /** Under way: told, or held back. */
  readonly episode?: Episode;
}

/** A look as it is told where somebody asks how a database was last. */
export interface LastLook {
  /** ISO instant. */
  readonly at: string;
  readonly standing: Standing;
  /** What was told first; absent where it is well. */
  readonly what?: Text;
}

interface Episode {
  /** As it is, or would be, told. */
  readonly alert: Alert;
  /** False while mute or quiet hours hold it back. */
  readonly told: boolean;
}

/** What the configuration and people say about telling, at the instant of a look. Exported for tests. */
export interface Telling {
  readonly fleet: string;
  readonly database: string;
  readonly everyMs: number;
  readonly quiet: boolean;
  readonly mute?: Mute | undefined;
  /** Where to tell it, the best first. */
  readonly places: readonly Place[];
}

/** What became of the watch, and what is to be told of it: alerts as they now are. */
interface Advanced {
  readonly watched: Watched;
  readonly alerts: readonly Alert[];
}

export const UNSEEN: Watched = { deployed: false };

/**
 * Takes one more look into account. An episode opens when a verdict held over a second look, at once when it is a danger; it closes when the database was
 * well over a second look, counted from the first; in between it is edited. What mute or quiet hours hold back is told when they are over and it still
 * lasts; a danger is told all the same.
 */
export const advance = (before: Watched, look: Look, telling: Telling): Advanced => {
  const now = withLook(before, look);
  if (!now.deployed) return { watched: now, alerts: [] };
  const { episode } = now;
  if (episode !== undefined && now.well !== undefined && now.well.looks >= HOLDS) return ended(now, episode, { how: 'well', at: now.well.first });
  const severity = severityOf(now, look, telling);
  if (severity !== undefined && look.lead !== undefined && (episode === undefined || RANK[severity] > RANK[episode.alert.severity])) {
    const grown = episode === undefined ? [] : ended(now, episode, { how: 'grew', at: look.at }).alerts;
    // Looks that saw it well before it opened do not close it.
    const { well: _, ...since } = now;
    const { watched, alerts } = told({ ...since, episode: opened(now, look, look.lead, severity, telling) }, undefined, look, telling);
    return { watched, alerts: [...grown, ...alerts] };
  }
  if (episode === undefined) return { watched: now, alerts: [] };
  return told({ ...now, episode: { ...episode, alert: goingOn(now, episode.alert, look, telling) } }, episode, look, telling);
};

/** Nobody looks at the database any more: what was told of it ends. */
export const unwatched = (before: Watched, at: string): Advanced =>
  before.episode === undefined ? { watched: UNSEEN, alerts: [] } : { ...ended(before, before.episode, { how: 'unwatched', at }), watched: UNSEEN };

/** Without what the looks before came to, since something under way changes it. What was told stays as it is. */
export const interrupted = ({ deployed, wellAt, last, episode }: Watched): Watched => ({
  deployed,
  ...(last === undefined ? {} : { last }),
  ...(wellAt === undefined ? {} : { wellAt }),
  ...(episode === undefined ? {} : { episode }),
});

/** Milliseconds until the next look: sooner while a verdict has yet to hold, or an episode lasts. */
export const nextLookMs = ({ deployed, episode, broken, silent }: Watched, everyMs: number): number =>
  deployed && (episode ?? broken ?? silent) !== undefined ? Math.max(1, Math.round(everyMs / CLOSER)) : everyMs;

const RANK: Readonly<Record<Alert['severity'], number>> = { notice: 0, unknown: 0, ill: 1, danger: 2 };

const withLook = ({ deployed, wellAt, well, broken, silent, lead: last, episode }: Watched, look: Look): Watched => {
  const kept = {
    deployed: deployed || look.exists,
    last: { at: look.at, standing: look.standing, ...(look.lead === undefined ? {} : { what: look.lead.problem.what }) },
    ...(wellAt === undefined ? {} : { wellAt }),
    ...(episode === undefined ? {} : { episode }),
  };
  if (look.standing === 'well') return { ...kept, wellAt: look.at, well: longer(well, look) };
  const key = look.lead === undefined ? '' : keyOf(look.lead);
  const lead = { key, looks: last?.key === key ? last.looks + 1 : 1 };
  if (look.standing !== 'unknown') return { ...kept, lead, broken: longer(broken, look) };
  return { ...kept, lead, ...(well === undefined ? {} : { well }), ...(broken === undefined ? {} : { broken }), silent: longer(silent, look) };
};

const longer = (streak: Streak | undefined, { at, began }: Look): Streak => {
  const earliest = [streak?.began, began].filter((known) => known !== undefined).toSorted()[0];
  return { looks: (streak?.looks ?? 0) + 1, first: streak?.first ?? at, ...(earliest === undefined ? {} : { began: earliest }) };
};

/** How much what was seen matters; undefined where it is well, or has yet to hold. */
const severityOf = ({ broken, silent }: Watched, { standing, at }: Look, { everyMs }: Telling): Severity | undefined => {
  if (standing === 'danger') return 'danger';
  if (standing === 'ill' || standing === 'absent') return (broken?.looks ?? 0) >= HOLDS ? 'ill' : undefined;
  const lasts = silent !== undefined && silent.looks >= SILENCE_HOLDS && Date.parse(at) - Date.parse(silent.first) >= everyMs;
  return standing === 'unknown' && lasts ? 'unknown' : undefined;
};

const opened = (now: Watched, look: Look, lead: Lead, severity: Severity, { fleet, database, places }: Telling): Episode => ({
  alert: {
    id: `alert-${fleet}-${database}-${Date.parse(look.at).toString(36)}`,
    fleet,
    database,
    severity,
    lead,
    others: look.others,
    began: beginningOf(now, look, severity),
    openedAt: look.at,
    seenAt: look.at,
    places,
  },
  told: false,
});

/** Never the time of the look if something earlier is known, and nothing from before a look that saw it well. */
const beginningOf = ({ wellAt, broken, silent, episode }: Watched, look: Look, severity: Severity): Beginning => {
  // A danger is another thing than what was told before it, and began by itself.
  if (severity === 'danger' && episode !== undefined) return { at: look.at, reported: false };
  const since = wellAt === undefined ? {} : { wellAt };
  const streak = severity === 'unknown' ? silent : broken;
  const began = severity === 'unknown' ? undefined : streak?.began;
  const isOfNow = began !== undefined && began <= look.at && (wellAt === undefined || began > wellAt);
  return isOfNow ? { at: began, reported: true, ...since } : { at: streak?.first ?? look.at, reported: false, ...since };
};

/** The alert with what this look saw: another thing first, once that holds; the same thing, once it lasted so much longer. */
const goingOn = ({ lead: newest }: Watched, alert: Alert, look: Look, { everyMs }: Telling): Alert => {
  const { lead } = look;
  if (lead === undefined) return alert;
  if (keyOf(lead) === keyOf(alert.lead)) {
    const isDue = Date.parse(look.at) - Date.parse(alert.seenAt) >= Math.max(everyMs, lastedMs(alert) / 8);
    return isDue ? { ...alert, lead, others: look.others, seenAt: look.at } : alert;
  }
  const isSilence = look.standing === 'unknown' && alert.severity !== 'unknown';
  const holds = look.standing === 'danger' || (newest?.looks ?? 0) >= (isSilence ? SILENCE_HOLDS : HOLDS);
  if (!holds) return alert;
  const { known = alert.lead, ...rest } = alert;
  return { ...rest, lead, others: look.others, seenAt: look.at, ...(isSilence ? { known } : {}) };
};

/** Ends what was told; what was held back is never told. */
const ended = ({ deployed, wellAt, last, well }: Watched, { alert, told: wasTold }: Episode, end: AlertEnd): Advanced => ({
  watched: {
    deployed,
    ...(wellAt === undefined ? {} : { wellAt }),
    ...(last === undefined ? {} : { last }),
    ...(well === undefined ? {} : { well }),
  },
  alerts: wasTold ? [{ ...alert, ended: end }] : [],
});

/** Tells the episode where it is to be told and does not stand so already. */
const told = (now: Watched, last: Episode | undefined, { at }: Look, { quiet, mute }: Telling): Advanced => {
  const { episode } = now;
  if (episode === undefined) return { watched: now, alerts: [] };
  const { mute: _, ...rest } = episode.alert;
  const alert: Alert = isMuted(mute, at) ? { ...rest, mute } : rest;
  const isHeld = alert.severity !== 'danger' && (quiet || isMuted(mute, at));
  // What was held back and may be over already is not told on a look that saw it well.
  const isTold = episode.told || (!isHeld && now.well === undefined);
  const isNews = last?.told !== true || canonicalJson(alert) !== canonicalJson(last.alert);
  return { watched: { ...now, episode: { alert, told: isTold } }, alerts: isTold && isNews ? [alert] : [] };
};
