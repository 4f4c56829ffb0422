-- Owners take turns: what is queued says whose it is, and nobody runs more tasks at a time than they may.

-- How many tasks of an owner run. As many rows are read as tasks run in all.
CREATE FUNCTION running_tasks(the_owner uuid) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM tasks t JOIN jobs j ON j.id = t.job_id
    WHERE t.status = 'running' AND j.owner_id = the_owner
$$;

DROP FUNCTION claim_tasks(uuid[], text, float8);

-- As before, but for `owner_limit`: how many tasks of an owner may run at a time; null for any number.
-- With a limit, claims for the same owner follow each other, or two could take the last place.
CREATE FUNCTION claim_tasks(the_tasks uuid[], the_worker text, lease_seconds float8, owner_limit int DEFAULT NULL)
RETURNS TABLE (task tasks, job jobs, input_key text)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    new_jobs uuid[];
BEGIN
    IF owner_limit IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('running ' || o.owner_id, 0)) FROM (
            SELECT DISTINCT j.owner_id FROM tasks t JOIN jobs j ON j.id = t.job_id
            WHERE t.id = ANY(the_tasks) ORDER BY j.owner_id) o;
        -- A statement of its own: it sees what was committed while it waited for the lock.
        the_tasks := ARRAY(
            SELECT w.id FROM (
                SELECT t.id, j.owner_id,
                    row_number() OVER (PARTITION BY j.owner_id ORDER BY array_position(the_tasks, t.id)) AS place
                FROM tasks t JOIN jobs j ON j.id = t.job_id
                WHERE t.id = ANY(the_tasks) AND t.status::text = 'queued') w
            WHERE w.place + running_tasks(w.owner_id) <= owner_limit);
    END IF;
    new_jobs := ARRAY(
        SELECT j.id FROM jobs j
        WHERE j.status::text = 'queued' AND j.id = ANY(ARRAY(
            SELECT t.job_id FROM tasks t
            WHERE t.id = ANY(the_tasks) AND t.status::text = 'queued'
              AND (t.run_after IS NULL OR t.run_after <= now())))
        ORDER BY j.id FOR UPDATE);
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

DROP FUNCTION complete_tasks(uuid[], uuid[], integer[], text, jsonb[], real[], boolean[]);

-- As before, but for the owner of what is queued.
CREATE FUNCTION complete_tasks(
    the_jobs uuid[], the_tasks uuid[], the_attempts integer[], the_worker text, the_results jsonb[],
    cpus real[], skips boolean[])
RETURNS TABLE (stored uuid, id uuid, job_id uuid, priority smallint, kind task_kind, owner_id uuid)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM jobs WHERE id = ANY(the_jobs) ORDER BY id FOR UPDATE;
    RETURN QUERY
        UPDATE tasks
        SET status = CASE WHEN d.skip THEN 'skipped' ELSE 'completed' END::task_status, result = d.result, finished_at = now(), progress = 1, worker_id = NULL,
            lease_expires_at = NULL, cpu_seconds = tasks.cpu_seconds + d.cpu,
            error_code = NULL, error_message = NULL, error_log = NULL
        FROM unnest(the_tasks, the_attempts, the_results, cpus, skips) AS d (task, attempt, result, cpu, skip)
        WHERE tasks.id = d.task AND tasks.attempt = d.attempt AND tasks.worker_id = the_worker
        RETURNING tasks.id, NULL::uuid, NULL::uuid, NULL::smallint, NULL::task_kind, NULL::uuid;
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
        SELECT NULL::uuid, q.id, q.job_id, q.priority, q.kind, j.owner_id
        FROM queued q JOIN jobs j ON j.id = q.job_id
        ORDER BY q.job_id, task_rank(q.kind), q.ordinal;
    PERFORM roll_up_progress(the_jobs);
END
$$;
