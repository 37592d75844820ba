/**
 * Atomic writes. Each takes its keys in KEYS and answers with a plain value; runs travel as the JSON that was made here, never through cjson.
 * A run that is written is due for the reporter in the same step, so that no end of a run stays untold.
 */

/** KEYS seen, run, runs, live, due; ARGV id, json, requestedAtMs, seenMs, oldestMs, nowMs. Answers 1, or 0 when the command was seen before. */
export const CREATE = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[4]) then return 0 end
redis.call('HSET', KEYS[2], 'revision', '0', 'json', ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('ZADD', KEYS[5], 'LT', ARGV[6], ARGV[1])
return 1`;

/**
 * KEYS run, live, fleet, due; ARGV id, revision, nextRevision, json, terminal, retentionMs, nowMs. Answers 1, or 0 when the revision is another.
 * A run that ends gives the fleet back.
 */
export const SAVE = `
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'json', ARGV[4])
if ARGV[5] == '1' then
  redis.call('SREM', KEYS[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
else
  redis.call('SADD', KEYS[2], ARGV[1])
  redis.call('PERSIST', KEYS[1])
end
redis.call('ZADD', KEYS[4], 'LT', ARGV[7], ARGV[1])
return 1`;

/** KEYS run, live, fleet, due; ARGV id, revision, nextRevision, json, nowMs. Answers '' when stored, 'stale', or the id of the live run that holds the fleet. */
export const APPROVE = `
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 'stale' end
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[1] and redis.call('SISMEMBER', KEYS[2], holder) == 1 then return holder end
redis.call('SET', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'json', ARGV[4])
redis.call('ZADD', KEYS[4], 'LT', ARGV[5], ARGV[1])
return ''`;

/**
 * KEYS run, shown; ARGV mostRunBytes, mostShownBytes. Answers the JSON of the run ('' when it is not there, its length as a number when it is larger) and of what is
 * shown ('' when it is not there or larger): what is larger never leaves Redis.
 */
export const READ = `
local length = redis.call('HSTRLEN', KEYS[1], 'json')
local run = length
if length <= tonumber(ARGV[1]) then run = redis.call('HGET', KEYS[1], 'json') or '' end
local shown = ''
if redis.call('STRLEN', KEYS[2]) <= tonumber(ARGV[2]) then shown = redis.call('GET', KEYS[2]) or '' end
return {run, shown}`;

/** KEYS live, fleet; ARGV id. Answers '' when taken, or the id of the live run that holds the fleet. */
export const TAKE_FLEET = `
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] and redis.call('SISMEMBER', KEYS[1], holder) == 1 then return holder end
redis.call('SET', KEYS[2], ARGV[1])
return ''`;

/** KEYS key; ARGV value. Deletes the key if it has this value. */
export const DELETE_IF = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** KEYS lease, epoch; ARGV token, durationMs. Answers the epoch, or 0 when the lease is held. */
export const TAKE_LEASE = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return redis.call('INCR', KEYS[2])`;

/** KEYS lease; ARGV token, durationMs. Answers 1, or 0 when the lease is another's or gone. */
export const RENEW_LEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

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

/** KEYS due; ARGV id, untilMs. Forgets the run if it is still due only then; answers 1 if so. */
export const SETTLE_REPORT = `
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
return 1`;
