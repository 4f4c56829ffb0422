-- Who ran a task is told of it when it has ended too, for a picture of which worker did what when.
-- `worker_id` can't tell: it is the lease's, and goes with it.
ALTER TABLE tasks ADD COLUMN ran_on text;

-- As before, but for `ran_on`.
CREATE OR REPLACE FUNCTION claim_tasks(the_tasks uuid[], the_worker text, lease_seconds float8, owner_limit int DEFAULT NULL)
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
            SET status = 'running', attempt = tasks.attempt + 1, worker_id = the_worker, ran_on = the_worker,
                lease_expires_at = now() + make_interval(secs => lease_seconds),
                started_at = now(), run_after = NULL, progress = 0, speed = NULL
            FROM due WHERE tasks.id = due.id
            RETURNING tasks AS task, tasks.job_id
        )
        SELECT c.task, j, v.object_key
        FROM claimed c JOIN jobs j ON j.id = c.job_id JOIN videos v ON v.id = j.video_id;
END
$$;
