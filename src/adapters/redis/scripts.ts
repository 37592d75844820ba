/** Atomic writes besides those of runs (run-scripts.ts): each takes its keys in KEYS and answers with a plain value. */

/** KEYS key; ARGV value. Deletes the key if it has this value. */
export const DELETE_IF = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * KEYS lease, epochs; ARGV token, durationMs. Answers the epoch, or 0 when the lease is held by another token: sent again, it finds its own. Epochs
 * begin with the milliseconds of Redis's clock, so that they go on growing where Redis loses all that it held.
 */
export const TAKE_LEASE = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  local t = redis.call('TIME')
  redis.call('SET', KEYS[2], string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000)))
end
return redis.call('INCR', KEYS[2])`;

/** KEYS lease; ARGV token, durationMs. Answers 'renewed', 'another' when somebody else has it, or 'gone' when nobody has. */
export const RENEW_LEASE = `
local holder = redis.call('GET', KEYS[1])
if not holder then return 'gone' end
if holder ~= ARGV[1] then return 'another' end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'renewed'`;

/**
 * KEYS stream, head, then two lists for each entry (the stream stands for none); ARGV head, nextHead, then for each entry the number of its words and
 * the words. Appends all of them if the head is still the given one ('' before the first entry). Answers {number of entries, head that is now stored},
 * with the number -1 when the head is another and nothing was written.
 */
export const APPEND_AUDIT = `
local head = redis.call('GET', KEYS[2]) or ''
if head ~= ARGV[1] then return {-1, head} end
local at = 3
for list = 3, #KEYS, 2 do
  local words = tonumber(ARGV[at])
  local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 1, at + words))
  for key = list, list + 1 do
    if KEYS[key] ~= KEYS[1] then redis.call('RPUSH', KEYS[key], id) end
  end
  at = at + words + 1
end
redis.call('SET', KEYS[2], ARGV[2])
return {redis.call('XLEN', KEYS[1]), ARGV[2]}`;

/**
 * KEYS due; ARGV id, atMs. The earlier instant counts. While somebody shows the run its instant is no whole number (report-schedule.ts): then it is due
 * again in any case.
 */
export const REPORT_LATER = `
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) or tonumber(due) % 1 ~= 0 then redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
return 1`;

/**
 * KEYS shown, epoch; ARGV json, retentionMs, epoch. Answers 1, or 0 when it was stored under a later epoch: then nothing is stored.
 */
export const SET_SHOWN = `
if tonumber(redis.call('GET', KEYS[2]) or '0') > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
return 1`;

/** KEYS due; ARGV id, untilMs. Forgets the run if it is still due only then; answers 1 if so. */
export const SETTLE_REPORT = `
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
return 1`;

/** KEYS worker, workers; ARGV name, nowMs, forMs, forgottenMs, keptMs. The worker lives for so long; names that were not heard since `forgottenMs` are forgotten, all of them once none beat for `keptMs`. */
export const BEAT = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4])`;

/** KEYS workers; ARGV prefix of a worker's key. Answers {1 when one of them lives, the newest instant or nil}. */
export const HEARD = `
local found = redis.call('ZREVRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for at = 1, #found, 2 do
  if redis.call('EXISTS', ARGV[1] .. found[at]) == 1 then return {1, found[2]} end
end
return {0, found[2] or false}`;

/** KEYS installation, life; ARGV id of the installation, id of a life that begins. Answers {1 when no installation was stored, id of the life, the start before which threads are ended or nil}. */
export const KEEP_INSTALLATION = `
local was_missing = redis.call('SET', KEYS[1], ARGV[1], 'NX')
if redis.call('HEXISTS', KEYS[2], 'id') == 0 then redis.call('HSET', KEYS[2], 'id', ARGV[2]) end
return {was_missing and 1 or 0, redis.call('HGET', KEYS[2], 'id'), redis.call('HGET', KEYS[2], 'ended')}`;

/** KEYS life; ARGV its id, number of the start before which it is done. */
export const ENDED_FORGOTTEN = `
if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then redis.call('HSET', KEYS[1], 'ended', ARGV[2]) end
return 1`;
