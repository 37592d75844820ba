/**
 * Atomic writes of runs. Each takes its keys in KEYS and answers with a plain value; runs travel as the JSON that was made here, never through cjson.
 * A run that is written is due for the reporter in the same step, so that no end of a run stays untold: at once, also where somebody shows it and said
 * until when, since that may be over while Slack keeps them. Each write bears a token of its own: one
 * that is sent again, since the connection broke before its answer came, finds itself stored and is not taken for somebody else's.
 */

/** Lua for: is the database, KEYS[d], another live run's? Then answers with that run. */
const unlessHeld = (database: number, live: number): string => `
  local holder = redis.call('GET', KEYS[${database}])
  if holder and holder ~= ARGV[1] and redis.call('SISMEMBER', KEYS[${live}], holder) == 1 then return {'held', holder} end
  redis.call('SET', KEYS[${database}], ARGV[1])`;

/**
 * KEYS seen, run, runs, live, due, look, database, life; ARGV id, json, requestedAtMs, seenMs, oldestMs, nowMs, lookAtMs, deploys.
 * Answers {'created'}, {'seen'} when the command was seen before, or {'held', id of the live run that deploys the database}.
 */
export const CREATE = `
local seen = redis.call('GET', KEYS[1])
if seen then return {seen == ARGV[1] and 'created' or 'seen'} end
if ARGV[8] == '1' then${unlessHeld(7, 4)}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
redis.call('HSET', KEYS[2], 'revision', '0', 'json', ARGV[2], 'start', redis.call('HGET', KEYS[8], 'start') or '1')
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[6], ARGV[1])
redis.call('ZADD', KEYS[6], ARGV[7], ARGV[1])
return {'created'}`;

/** Lua for: is the stored revision the one that was looked at? Answers otherwise, with `again` when this very write is what is stored. */
const unlessStale = (again: string, stale: string): string => `
local stored = redis.call('HMGET', KEYS[1], 'revision', 'write')
if stored[1] ~= ARGV[2] then
  if stored[1] == ARGV[3] and stored[2] == ARGV[5] then return ${again} end
  return ${stale}
end`;

/**
 * KEYS run, live, due, look, fleet, database, waiting; ARGV id, revision, nextRevision, json, token, nowMs, lookAtMs, terminal, retentionMs, deploys.
 * Answers 1, or 0 when the revision is another. A run that ends gives back what it holds by its name.
 */
export const SAVE = `${unlessStale('1', '0')}
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'json', ARGV[4], 'write', ARGV[5])
if ARGV[8] == '1' then
  redis.call('SREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[9])
  for held = 5, 7 do
    if redis.call('GET', KEYS[held]) == ARGV[1] then redis.call('DEL', KEYS[held]) end
  end
else
  redis.call('SADD', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[1])
  redis.call('PERSIST', KEYS[1])
  local holder = redis.call('GET', KEYS[6])
  if ARGV[10] == '1' and not (holder and redis.call('SISMEMBER', KEYS[2], holder) == 1) then redis.call('SET', KEYS[6], ARGV[1]) end
end
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1])
return 1`;

/**
 * KEYS run, live, due, look, database, cancel, waiting; ARGV id, revision, nextRevision, json, token, nowMs, lookAtMs, deploys, settledCancel. Answers {'reopened'},
 * {'stale'} when the revision or the request to cancel that is to be forgotten is another, or {'held', id of the live run that deploys the database}.
 */
export const REOPEN = `${unlessStale(`{'reopened'}`, `{'stale'}`)}
if (redis.call('GET', KEYS[6]) or '') ~= ARGV[9] then return {'stale'} end
if ARGV[8] == '1' then${unlessHeld(5, 2)}
end
redis.call('DEL', KEYS[6])
if KEYS[7] ~= KEYS[5] and redis.call('GET', KEYS[7]) == ARGV[1] then redis.call('DEL', KEYS[7]) end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'json', ARGV[4], 'write', ARGV[5])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PERSIST', KEYS[1])
redis.call('ZADD', KEYS[4], ARGV[7], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1])
return {'reopened'}`;

/**
 * KEYS run, live, due, look, fleet; ARGV id, revision, nextRevision, json, token, nowMs, lookAtMs. Answers '' when stored, 'stale', or the id of the
 * live run that holds the fleet.
 */
export const APPROVE = `${unlessStale(`''`, `'stale'`)}
local holder = redis.call('GET', KEYS[5])
if holder and holder ~= ARGV[1] and redis.call('SISMEMBER', KEYS[2], holder) == 1 then return holder end
redis.call('SET', KEYS[5], ARGV[1])
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'json', ARGV[4], 'write', ARGV[5])
redis.call('ZADD', KEYS[4], ARGV[7], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1])
return ''`;

/**
 * KEYS run, shown; ARGV mostRunBytes, mostShownBytes. Answers the JSON of the run ('' when it is not there, its length as a number when it is larger) and of what is
 * shown ('' when it is not there or larger): what is larger never leaves Redis. Last comes the revision on which a write compares.
 */
export const READ = `
local length = redis.call('HSTRLEN', KEYS[1], 'json')
local run = length
if length <= tonumber(ARGV[1]) then run = redis.call('HGET', KEYS[1], 'json') or '' end
local shown = ''
if redis.call('STRLEN', KEYS[2]) <= tonumber(ARGV[2]) then shown = redis.call('GET', KEYS[2]) or '' end
return {run, shown, redis.call('HGET', KEYS[1], 'revision') or ''}`;

/** KEYS live, fleet; ARGV id. Answers '' when taken, or the id of the live run that holds the fleet. */
export const TAKE_FLEET = `
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] and redis.call('SISMEMBER', KEYS[1], holder) == 1 then return holder end
redis.call('SET', KEYS[2], ARGV[1])
return ''`;

/**
 * KEYS run, live, due, look, fleet, database, runs, shown; ARGV id, revision, json, nowMs, requestedAtMs, shownJson, retentionMs, holdsFleet, deploys.
 * Answers 1, or 0 when the run is there or another has what it held.
 */
export const RESTORE = `
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return 0 end
for held = 5, 6 do
  local wants = ARGV[held + 3] == '1'
  if wants and (redis.call('GET', KEYS[held]) or ARGV[1]) ~= ARGV[1] then return 0 end
end
for held = 5, 6 do
  if ARGV[held + 3] == '1' then redis.call('SET', KEYS[held], ARGV[1]) end
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'json', ARGV[3])
redis.call('SET', KEYS[8], ARGV[6], 'PX', ARGV[7])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[7], ARGV[5], ARGV[1])
redis.call('ZADD', KEYS[4], '0', ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return 1`;

/** KEYS cancel, look; ARGV json, retentionMs, id. The reconciler looks at the run at once, should nobody else end it. */
export const REQUEST_CANCEL = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], 'XX', '0', ARGV[3])
return 1`;

/** KEYS live, look. Live runs of a former pgdist, which kept no such set, are looked at once. */
export const LOOK_AT_ALL = `
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('ZADD', KEYS[2], 'NX', '0', id) end
return 1`;

/** KEYS look, cancel; ARGV id, lookAtMs. Unless somebody asked to cancel meanwhile. */
export const LOOK_LATER = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
return redis.call('ZADD', KEYS[1], 'XX', ARGV[2], ARGV[1])`;
