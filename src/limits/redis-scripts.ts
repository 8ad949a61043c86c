import { createHash } from 'node:crypto';
import { CONCURRENCY_RETRY_MS } from './concurrency-meter.js';
import { TOTAL_RETRY_MS } from './budget-meter.js';
import { BLOCKED_RETRY_MS } from './rate-meter.js';
import { SLOTS } from './window-meter.js';

/** Runs whole or not at all, and nothing runs between: Redis has one thread for scripts. */
export interface Script {
  readonly source: string;
  /** Redis knows a script it has run before by this. */
  readonly sha1: string;
}

/**
 * The clock is Redis' own, in milliseconds, so that instances need not agree on the time; ARGV[1] shifts it, which only tests do.
 * A window is a hash of seconds as in WindowMeter; `n` is the newest, `t` the total, `l` the last in which something was counted.
 */
const COMMON = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local SLOTS = ${SLOTS}

local function advance(key)
  local current = math.floor(now / 1000)
  local state = redis.call('HMGET', key, 'n', 't')
  if not state[1] then return current, 0 end
  local newest, total = tonumber(state[1]), tonumber(state[2])
  -- The clock was set back by so much that what was counted cannot be told from what will be.
  if newest - current > SLOTS then
    redis.call('DEL', key)
    return current, 0
  end
  if current <= newest then return newest, total end
  local gone = {}
  for slot = math.max(newest, current - SLOTS) + 1, current do gone[#gone + 1] = tostring(slot % SLOTS) end
  for _, amount in ipairs(redis.call('HMGET', key, unpack(gone))) do
    if amount then total = total - tonumber(amount) end
  end
  redis.call('HDEL', key, unpack(gone))
  redis.call('HSET', key, 'n', current, 't', total)
  return current, total
end

local function count(key, slot, amount)
  redis.call('HSET', key, 'n', math.max(slot, tonumber(redis.call('HGET', key, 'n') or slot)))
  redis.call('HINCRBY', key, slot % SLOTS, amount)
  redis.call('HINCRBY', key, 't', amount)
  redis.call('HSET', key, 'l', math.max(slot, tonumber(redis.call('HGET', key, 'l') or slot)))
  redis.call('PEXPIRE', key, SLOTS * 1000)
end

local function freed(key, newest, amount)
  local slots = {}
  for slot = newest - SLOTS + 1, newest do slots[#slots + 1] = tostring(slot % SLOTS) end
  local sum = 0
  for index, held in ipairs(redis.call('HMGET', key, unpack(slots))) do
    sum = sum + tonumber(held or 0)
    if sum >= amount then return (newest + index) * 1000 - now end
  end
  return SLOTS * 1000
end

-- Promises of requests whose instance has died.
local function expire(key, held)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now)) do
    redis.call('ZREM', held, member)
    redis.call('HINCRBY', key, 'reserved', '-' .. string.match(member, '(%d+)$'))
  end
end
`;

/**
 * KEYS: two for each claim, the second only used by budgets. ARGV: shift, lease, lease ms, then five for each claim: its kind
 * and four numbers. Without a lease it only looks. Answers: whether admitted, the second, and three for each claim: remaining, reset ms, retry ms or -1.
 */
const RESERVE_SOURCE = `${COMMON}
local lease, leaseMs = ARGV[2], tonumber(ARGV[3])

local look = {}

local function fillUntil(key, full)
  redis.call('SET', key, string.format('%.6f', full), 'PX', math.ceil(full - now) + 1000)
end

-- When the bucket will be full again.
local function fullAt(key, perSecond, burst)
  local full = math.max(tonumber(redis.call('GET', key) or 0), now)
  local fromEmpty = now + burst * 1000 / perSecond
  if full <= fromEmpty + 1e-3 then return full end
  -- The clock was set back, or the burst is less than it was.
  fillUntil(key, fromEmpty)
  return fromEmpty
end

function look.rate(key, _, perSecond, burst)
  if perSecond == 0 then return 0, ${BLOCKED_RETRY_MS}, ${BLOCKED_RETRY_MS} end
  local interval = 1000 / perSecond
  local reset = fullAt(key, perSecond, burst) - now
  local wait = reset + interval - burst * interval
  return math.max(0, math.floor(burst - reset / interval + 1e-6)), reset, wait > 1e-3 and wait or -1
end

function look.window(key, _, perMinute, amount)
  local newest, total = advance(key)
  local needed = total + math.min(amount, perMinute) - perMinute
  local reset = 0
  if total > 0 then reset = (tonumber(redis.call('HGET', key, 'l')) + SLOTS) * 1000 - now end
  return math.max(0, perMinute - total), reset, needed > 0 and freed(key, newest, needed) or -1
end

function look.concurrency(key, _, max)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  local running = redis.call('ZCARD', key)
  return math.max(0, max - running), 0, running >= max and ${CONCURRENCY_RETRY_MS} or -1
end

function look.budget(key, held, amount, _, spentAtLeast, resetMs)
  expire(key, held)
  local state = redis.call('HMGET', key, 'spent', 'reserved')
  local spent = math.max(tonumber(state[1] or 0), spentAtLeast)
  local left = amount - spent - tonumber(state[2] or 0)
  if resetMs < 0 then resetMs = ${TOTAL_RETRY_MS} end
  return math.max(0, left), resetMs, left > 0 and -1 or math.max(1, resetMs)
end

local take = {}

function take.rate(key, _, at)
  local perSecond, burst = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  fillUntil(key, fullAt(key, perSecond, burst) + 1000 / perSecond)
end

function take.window(key, _, at)
  count(key, (advance(key)), ARGV[at + 2])
end

function take.concurrency(key)
  redis.call('ZADD', key, now + leaseMs, lease)
  redis.call('PEXPIRE', key, leaseMs + 1000)
end

function take.budget(key, held, at)
  local spent = redis.call('HGET', key, 'spent')
  -- Compared as numbers, kept as the digits they were given in.
  if not spent or tonumber(spent) < tonumber(ARGV[at + 3]) then redis.call('HSET', key, 'spent', ARGV[at + 3]) end
  redis.call('HSETNX', key, 'told', ARGV[at + 3])
  redis.call('HINCRBY', key, 'reserved', ARGV[at + 2])
  redis.call('PEXPIRE', key, 172800000)
  redis.call('ZADD', held, now + leaseMs, lease .. '|' .. ARGV[at + 2])
  redis.call('PEXPIRE', held, 172800000)
end

local function states(answer)
  local refused = false
  for index = 1, #KEYS / 2 do
    local at = 5 * index - 1
    local kind = ARGV[at]
    local remaining, reset, retry = look[kind](KEYS[2 * index - 1], KEYS[2 * index],
      tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]))
    if retry >= 0 then refused = true end
    answer[3 * index] = remaining
    answer[3 * index + 1] = math.ceil(reset)
    answer[3 * index + 2] = math.ceil(retry)
  end
  return refused
end

local answer = { 0, math.floor(now / 1000) }
if states(answer) or lease == '' then return answer end
for index = 1, #KEYS / 2 do
  local at = 5 * index - 1
  take[ARGV[at]](KEYS[2 * index - 1], KEYS[2 * index], at)
end
states(answer)
answer[1] = 1
return answer
`;

/**
 * KEYS as for reserve. ARGV: shift, lease, second, whether used at all, tokens, nano-USD, then three for each claim: its kind,
 * what one request of a rate takes in ms or what kind of window it is, and the amount. Answers two for each budget: before, after.
 */
const SETTLE_SOURCE = `${COMMON}
local lease, slot, isUsed = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local answer = {}
for index = 1, #KEYS / 2 do
  local key, held = KEYS[2 * index - 1], KEYS[2 * index]
  local at = 3 * index + 4
  local kind, amount = ARGV[at], ARGV[at + 2]
  if kind == 'rate' then
    local full = redis.call('GET', key)
    if full and not isUsed then
      redis.call('SET', key, string.format('%.6f', tonumber(full) - tonumber(ARGV[at + 1])), 'KEEPTTL')
    end
  elseif kind == 'window' then
    local used = 0
    if isUsed then used = ARGV[at + 1] == 'tokens' and tonumber(ARGV[5]) or tonumber(amount) end
    local newest = advance(key)
    local difference = used - tonumber(amount)
    if difference ~= 0 then
      if slot > newest - SLOTS and slot <= newest and redis.call('EXISTS', key) == 1 then count(key, slot, difference)
      elseif difference > 0 then count(key, newest, difference) end
    end
  elseif kind == 'concurrency' then
    redis.call('ZREM', key, lease)
  else
    if redis.call('ZREM', held, lease .. '|' .. amount) == 1 then redis.call('HINCRBY', key, 'reserved', '-' .. amount) end
    if isUsed and ARGV[6] ~= '0' then
      redis.call('HINCRBY', key, 'spent', ARGV[6])
      local after, told = redis.call('HGET', key, 'spent'), redis.call('HGET', key, 'told')
      -- Redis has lost what was spent before: the next one to reserve knows it.
      answer[#answer + 1] = told or '0'
      answer[#answer + 1] = told and after or '0'
      if told then redis.call('HSET', key, 'told', after) end
      redis.call('PEXPIRE', key, 172800000)
    else
      answer[#answer + 1] = '0'
      answer[#answer + 1] = '0'
    end
  end
end
return answer
`;

/**
 * Renews what runs, and counts who runs it. KEYS: the instances, then two for each lease. ARGV: shift, instance, its ms, lease
 * ms, then one for each lease. A lease that is gone comes back: its request still runs, so Redis must have lost it.
 */
const RENEW_SOURCE = `${COMMON}
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local leaseMs = tonumber(ARGV[4])
for index = 1, (#KEYS - 1) / 2 do
  local key, held, member = KEYS[2 * index], KEYS[2 * index + 1], ARGV[index + 4]
  local amount = string.match(member, '|(%d+)$')
  if amount then
    if redis.call('ZADD', held, now + leaseMs, member) == 1 then redis.call('HINCRBY', key, 'reserved', amount) end
  else
    redis.call('ZADD', key, now + leaseMs, member)
    redis.call('PEXPIRE', key, leaseMs + 1000)
  end
end
return redis.call('ZCARD', KEYS[1])
`;

export const RESERVE = script(RESERVE_SOURCE);
export const SETTLE = script(SETTLE_SOURCE);
export const RENEW = script(RENEW_SOURCE);

function script(source: string): Script {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}
