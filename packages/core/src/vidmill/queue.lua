-- What must happen at once in Redis, as scripts: nothing comes between their steps.
--
-- vidmill:queue:{priority}                  one message for each waiting task; workers BRPOP these
-- vidmill:queue:{priority}:{owner}:started  an owner's tasks of jobs that have begun, oldest right
-- vidmill:queue:{priority}:{owner}:new      the others
-- vidmill:turns:{priority}                  owners in the order of their turns, next right: each
--                                           one that has tasks and is not parked is in it once
-- vidmill:parked:{priority}                 owners who run as many tasks as they may

-- name: push
-- For each task: priority, owner, "started" or "new", task id.
for i = 1, #ARGV, 4 do
    local priority, owner = ARGV[i], ARGV[i + 1]
    local own = 'vidmill:queue:' .. priority .. ':' .. owner
    local waits = redis.call('EXISTS', own .. ':started', own .. ':new') > 0
    redis.call('LPUSH', own .. ':' .. ARGV[i + 2], ARGV[i + 3])
    if not waits and redis.call('SISMEMBER', 'vidmill:parked:' .. priority, owner) == 0 then
        redis.call('LPUSH', 'vidmill:turns:' .. priority, owner)
    end
    redis.call('LPUSH', 'vidmill:queue:' .. priority, ARGV[i + 3])
end

-- name: withdraw
-- Tasks as in push, which are not to be taken there any more.
for i = 1, #ARGV, 4 do
    local priority, owner = ARGV[i], ARGV[i + 1]
    local own = 'vidmill:queue:' .. priority .. ':' .. owner
    local removed = redis.call('LREM', own .. ':' .. ARGV[i + 2], 0, ARGV[i + 3])
    if removed > 0 then
        redis.call('RPOP', 'vidmill:queue:' .. priority, removed)
    end
    if redis.call('EXISTS', own .. ':started', own .. ':new') == 0 then
        redis.call('LREM', 'vidmill:turns:' .. priority, 0, owner)
    end
end

-- name: take
-- A priority, and how many tasks at most: one an owner, in turns. Somebody alone gets all. The
-- caller has popped one message.
local priority, count = ARGV[1], tonumber(ARGV[2])
local turns = 'vidmill:turns:' .. priority
local taken = {}
while #taken < count do
    local owner = redis.call('RPOP', turns)
    if not owner then
        break
    end
    local own = 'vidmill:queue:' .. priority .. ':' .. owner
    local alone = redis.call('EXISTS', turns) == 0
    local left = alone and count - #taken or 1
    for _, class in ipairs({':started', ':new'}) do
        local ids = left > 0 and redis.call('RPOP', own .. class, left) or {}
        for _, id in ipairs(ids) do
            taken[#taken + 1] = id
        end
        left = left - #ids
    end
    if redis.call('EXISTS', own .. ':started', own .. ':new') > 0 then
        redis.call('LPUSH', turns, owner)
    end
    if alone then
        break
    end
end
if #taken > 1 then
    redis.call('RPOP', 'vidmill:queue:' .. priority, #taken - 1)
end
return taken

-- name: park
-- Tasks as in push, which their owners may not run now: they come next once the owner is woken.
for i = 1, #ARGV, 4 do
    local priority, owner = ARGV[i], ARGV[i + 1]
    redis.call('RPUSH', 'vidmill:queue:' .. priority .. ':' .. owner .. ':' .. ARGV[i + 2], ARGV[i + 3])
    redis.call('LREM', 'vidmill:turns:' .. priority, 0, owner)
    redis.call('SADD', 'vidmill:parked:' .. priority, owner)
end

-- name: wake
-- How many priorities there are, then owners: each may have one task more.
for i = 2, #ARGV do
    for priority = 0, tonumber(ARGV[1]) - 1 do
        local parked = redis.call('SREM', 'vidmill:parked:' .. priority, ARGV[i]) == 1
        local messages = 'vidmill:queue:' .. priority
        local own = messages .. ':' .. ARGV[i]
        local waiting = redis.call('LLEN', own .. ':started') + redis.call('LLEN', own .. ':new')
        if parked and waiting > 0 then
            redis.call('LPUSH', 'vidmill:turns:' .. priority, ARGV[i])
        end
        -- Messages that came while the owner was parked are spent.
        if redis.call('LLEN', messages) < waiting then
            redis.call('LPUSH', messages, 'woken')
        end
    end
end

-- name: heal
-- A priority. Makes as many messages as tasks may be taken: one that a worker had popped that died
-- is missing, and those of parked owners are too many. Whoever is parked is woken for one task, for
-- a worker that should have may have died. Returns how many messages were missing.
local priority = ARGV[1]
local turns, messages = 'vidmill:turns:' .. priority, 'vidmill:queue:' .. priority
local wanted = 0
for _, owner in ipairs(redis.call('LRANGE', turns, 0, -1)) do
    local own = messages .. ':' .. owner
    wanted = wanted + redis.call('LLEN', own .. ':started') + redis.call('LLEN', own .. ':new')
end
for _, owner in ipairs(redis.call('SMEMBERS', 'vidmill:parked:' .. priority)) do
    local own = messages .. ':' .. owner
    if redis.call('EXISTS', own .. ':started', own .. ':new') > 0 then
        redis.call('LPUSH', turns, owner)
        wanted = wanted + 1
    end
end
redis.call('DEL', 'vidmill:parked:' .. priority)
local missing = wanted - redis.call('LLEN', messages)
for _ = 1, missing do
    redis.call('LPUSH', messages, 'healed')
end
if missing < 0 then
    redis.call('RPOP', messages, -missing)
end
return missing

-- name: contents
-- A priority: the id of every task that waits.
local priority = ARGV[1]
local found = {}
local owners = redis.call('LRANGE', 'vidmill:turns:' .. priority, 0, -1)
for _, owner in ipairs(redis.call('SMEMBERS', 'vidmill:parked:' .. priority)) do
    owners[#owners + 1] = owner
end
for _, owner in ipairs(owners) do
    for _, class in ipairs({':started', ':new'}) do
        local own = 'vidmill:queue:' .. priority .. ':' .. owner .. class
        for _, id in ipairs(redis.call('LRANGE', own, 0, -1)) do
            found[#found + 1] = id
        end
    end
end
return found
