-- What must happen at once in Redis, as scripts: nothing comes between their steps.
--
-- vidmill:queue:{priority}                  one message for each waiting task; workers BRPOP these
-- vidmill:queue:{priority}:{owner}:started  an owner's tasks of jobs that have begun, oldest right
-- vidmill:queue:{priority}:{owner}:new      the others
-- vidmill:turns:{priority}                  owners in the order of their turns, next right: each
--                                           one that has tasks and is not parked is in it once
-- vidmill:parked:{priority}                 owners who run as many tasks as they may
-- vidmill:waiting:{priority}                the tasks of all those lists, each of them once: so that
--                                           nobody has to read lists to know what is in them. Redis
--                                           does nothing else meanwhile, and they may be long.

-- name: push
-- For each task: priority, owner, "started" or "new", task id. One that waits already just does.
for i = 1, #ARGV, 4 do
    local priority, owner = ARGV[i], ARGV[i + 1]
    if redis.call('SADD', 'vidmill:waiting:' .. priority, ARGV[i + 3]) == 1 then
        local own = 'vidmill:queue:' .. priority .. ':' .. owner
        local waits = redis.call('EXISTS', own .. ':started', own .. ':new') > 0
        redis.call('LPUSH', own .. ':' .. ARGV[i + 2], ARGV[i + 3])
        if not waits and redis.call('SISMEMBER', 'vidmill:parked:' .. priority, owner) == 0 then
            redis.call('LPUSH', 'vidmill:turns:' .. priority, owner)
        end
        redis.call('LPUSH', 'vidmill:queue:' .. priority, ARGV[i + 3])
    end
end

-- name: withdraw
-- Tasks as in push, which are not to be taken there any more.
for i = 1, #ARGV, 4 do
    local priority, owner = ARGV[i], ARGV[i + 1]
    local own = 'vidmill:queue:' .. priority .. ':' .. owner
    if redis.call('SREM', 'vidmill:waiting:' .. priority, ARGV[i + 3]) == 1 then
        redis.call('LREM', own .. ':' .. ARGV[i + 2], 0, ARGV[i + 3])
        redis.call('RPOP', 'vidmill:queue:' .. priority)
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
            redis.call('SREM', 'vidmill:waiting:' .. priority, id)
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
    local own = 'vidmill:queue:' .. priority .. ':' .. owner .. ':' .. ARGV[i + 2]
    if redis.call('SADD', 'vidmill:waiting:' .. priority, ARGV[i + 3]) == 1 then
        redis.call('RPUSH', own, ARGV[i + 3])
    end
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
local wanted = redis.call('SCARD', 'vidmill:waiting:' .. priority)
for _, owner in ipairs(redis.call('SMEMBERS', 'vidmill:parked:' .. priority)) do
    local own = messages .. ':' .. owner
    local theirs = redis.call('LLEN', own .. ':started') + redis.call('LLEN', own .. ':new')
    if theirs > 0 then
        redis.call('LPUSH', turns, owner)
        wanted = wanted - theirs + 1
    end
end
redis.call('DEL', 'vidmill:parked:' .. priority)
if redis.call('EXISTS', turns) == 0 then
    -- Nobody has anything: whatever else may have been told of, nothing waits.
    redis.call('DEL', 'vidmill:waiting:' .. priority)
    wanted = 0
end
local missing = wanted - redis.call('LLEN', messages)
for _ = 1, missing do
    redis.call('LPUSH', messages, 'healed')
end
if missing < 0 then
    redis.call('RPOP', messages, -missing)
end
return missing
