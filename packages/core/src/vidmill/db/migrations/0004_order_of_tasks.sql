-- What the new kind of task weighs, and an order among the tasks that are queued at the same time.
-- A migration of its own: a new value of a type can't be named in the transaction that adds it.

CREATE OR REPLACE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'captions' THEN 0.02 WHEN 'package' THEN 0.03
    END::float8
$$;

-- Which kind goes first. The sound is done in a moment and nothing plays without it; and the worker
-- that planned, which has read the source already, comes back when the first message is taken, so that
-- the picture is likely its own.
CREATE FUNCTION task_rank(kind task_kind) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0 WHEN 'audio' THEN 1 WHEN 'video' THEN 2 WHEN 'mp4' THEN 3 WHEN 'images' THEN 4
        ELSE 5
    END
$$;

-- As before, but what is queued comes in the order in which it is to be pushed.
CREATE OR REPLACE FUNCTION complete_tasks(
    the_jobs uuid[], the_tasks uuid[], the_attempts integer[], the_worker text, the_results jsonb[],
    cpus real[])
RETURNS TABLE (stored uuid, id uuid, job_id uuid, priority smallint, kind task_kind)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM jobs WHERE id = ANY(the_jobs) ORDER BY id FOR UPDATE;
    RETURN QUERY
        UPDATE tasks
        SET status = 'completed', result = d.result, finished_at = now(), progress = 1, worker_id = NULL,
            lease_expires_at = NULL, cpu_seconds = tasks.cpu_seconds + d.cpu,
            error_code = NULL, error_message = NULL, error_log = NULL
        FROM unnest(the_tasks, the_attempts, the_results, cpus) AS d (task, attempt, result, cpu)
        WHERE tasks.id = d.task AND tasks.attempt = d.attempt AND tasks.worker_id = the_worker
        RETURNING tasks.id, NULL::uuid, NULL::uuid, NULL::smallint, NULL::task_kind;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH queued AS (
            UPDATE tasks SET status = 'queued', queued_at = now()
            WHERE job_id = ANY(the_jobs) AND status = 'blocked' AND NOT EXISTS (
                SELECT FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
                WHERE d.task_id = tasks.id AND t.status NOT IN ('completed', 'skipped'))
            RETURNING tasks.*
        )
        SELECT NULL::uuid, q.id, q.job_id, q.priority, q.kind FROM queued q
        ORDER BY q.job_id, task_rank(q.kind), q.ordinal;
    PERFORM roll_up_progress(the_jobs);
END
$$;
