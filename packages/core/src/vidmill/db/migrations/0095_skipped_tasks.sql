-- A task may end as skipped: what it is for is not possible here, and the job goes on without. Its result
-- says why.
ALTER TABLE tasks ADD CONSTRAINT tasks_skipped CHECK (status <> 'skipped' OR result ? 'reason');

DROP FUNCTION complete_tasks(uuid[], uuid[], integer[], text, jsonb[], real[]);

-- As before, but for `skips`: whether a task is skipped instead of completed.
CREATE FUNCTION complete_tasks(
    the_jobs uuid[], the_tasks uuid[], the_attempts integer[], the_worker text, the_results jsonb[],
    cpus real[], skips boolean[])
RETURNS TABLE (stored uuid, id uuid, job_id uuid, priority smallint, kind task_kind)
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
