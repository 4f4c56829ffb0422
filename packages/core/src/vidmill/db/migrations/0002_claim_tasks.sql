-- Claims of several tasks in one round trip, and progress without weights from outside.

DROP FUNCTION complete_task(uuid, uuid, integer, text, jsonb, real, task_kind[], float8[]);
DROP FUNCTION roll_up_progress(uuid, task_kind[], float8[]);

-- Claim queued tasks for a worker and begin their jobs. Returns each task and its job as they then
-- are, with the key of the job's source; no row for a message that was stale or a duplicate, or for a
-- task whose time has not come.
-- Jobs come first, as everywhere, or a claim and a cancellation could wait for each other; a job that
-- has begun is not locked at all, so that its tasks are claimed side by side. A task that somebody
-- holds at this moment is being claimed, or its job is ending.
-- Statuses are compared as text to keep the planner on the primary keys: the partial indexes hold
-- whatever was queued since the last vacuum. And one plan does for all: planning costs more than this.
CREATE FUNCTION claim_tasks(the_tasks uuid[], the_worker text, lease_seconds float8)
RETURNS TABLE (task tasks, job jobs, input_key text)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    new_jobs uuid[] := ARRAY(
        SELECT j.id FROM jobs j
        WHERE j.status::text = 'queued' AND j.id = ANY(ARRAY(
            SELECT t.job_id FROM tasks t
            WHERE t.id = ANY(the_tasks) AND t.status::text = 'queued'
              AND (t.run_after IS NULL OR t.run_after <= now())))
        ORDER BY j.id FOR UPDATE);
BEGIN
    IF cardinality(new_jobs) > 0 THEN
        UPDATE jobs
        SET status = 'processing', started_at = coalesce(jobs.started_at, now()), updated_at = now()
        WHERE jobs.id = ANY(new_jobs);
    END IF;
    RETURN QUERY
        WITH due AS (
            SELECT t.id FROM tasks t
            WHERE t.id = ANY(the_tasks) AND t.status::text = 'queued'
              AND (t.run_after IS NULL OR t.run_after <= now())
            FOR UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE tasks
            SET status = 'running', attempt = tasks.attempt + 1, worker_id = the_worker,
                lease_expires_at = now() + make_interval(secs => lease_seconds),
                started_at = now(), run_after = NULL, progress = 0, speed = NULL
            FROM due WHERE tasks.id = due.id
            RETURNING tasks AS task, tasks.job_id
        )
        SELECT c.task, j, v.object_key
        FROM claimed c JOIN jobs j ON j.id = c.job_id JOIN videos v ON v.id = j.video_id;
END
$$;

-- A kind's share of a job's work, by experience: encoding dwarfs the rest.
CREATE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07
        WHEN 'images' THEN 0.03 WHEN 'captions' THEN 0.02 WHEN 'package' THEN 0.07
    END::float8
$$;

-- Progress of jobs from their tasks: the mean of each kind, weighted by the kind's share of the work.
-- Before the plan is done the other tasks do not exist, so that the plan alone would be 100 %.
CREATE FUNCTION roll_up_progress(the_jobs uuid[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    UPDATE jobs
    SET updated_at = now(), progress = greatest(jobs.progress, least(0.999, done.progress))
    FROM (
        SELECT k.job_id, (sum(task_weight(k.kind) * k.progress) / sum(task_weight(k.kind)))::real AS progress
        FROM (
            SELECT t.job_id, t.kind,
                avg(CASE WHEN t.status IN ('completed', 'skipped') THEN 1 ELSE t.progress END) AS progress
            FROM tasks t WHERE t.job_id = ANY(the_jobs) GROUP BY t.job_id, t.kind
        ) k
        GROUP BY k.job_id HAVING bool_or(k.kind <> 'plan')
    ) done
    WHERE jobs.id = done.job_id AND jobs.status::text = 'processing';
END
$$;

-- Store results of one worker's tasks and queue what they unblock, in one round trip. The arrays run
-- side by side. A function and not one statement, because each of its statements has to see what
-- others committed while it waited for the jobs' rows.
-- Returns one row for each task whose lease held, with its id in `stored`, and one for each task that
-- is queued by that.
CREATE FUNCTION complete_tasks(
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
        UPDATE tasks SET status = 'queued', queued_at = now()
        WHERE job_id = ANY(the_jobs) AND status = 'blocked' AND NOT EXISTS (
            SELECT FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
            WHERE d.task_id = tasks.id AND t.status NOT IN ('completed', 'skipped'))
        RETURNING NULL::uuid, tasks.id, tasks.job_id, tasks.priority, tasks.kind;
    PERFORM roll_up_progress(the_jobs);
END
$$;
