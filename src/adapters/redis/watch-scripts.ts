/**
 * KEYS state, due, reportDue, then one for each alert; ARGV revision that is stored ('' for none), revision, json, retentionMs, member, next look
 * (milliseconds; '' for none), now (milliseconds), then id and json of each alert. Writes all of it if the state still has that revision; answers 1 if so.
 */
export const SAVE_WATCHED = `
local stored = redis.call('HGET', KEYS[1], 'revision')
if (stored or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'json', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if ARGV[6] == '' then redis.call('ZREM', KEYS[2], ARGV[5]) else redis.call('ZADD', KEYS[2], ARGV[6], ARGV[5]) end
for key = 4, #KEYS do
  local at = 8 + (key - 4) * 2
  redis.call('SET', KEYS[key], ARGV[at + 1], 'PX', ARGV[4])
  redis.call('ZADD', KEYS[3], ARGV[7], ARGV[at])
end
return 1`;

/** KEYS alert, reportDue; ARGV id, json, retentionMs, now (milliseconds), NX or XX. Stores the alert if it is not there yet, or if it is, and makes it due; answers 1 if so. */
export const TELL = `
if not redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3], ARGV[5]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1`;
