-- What fetching a source weighs, and where it stands. A migration of its own: a new value of a type can't
-- be named in the transaction that adds it.

CREATE OR REPLACE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'fetch' THEN 0.15
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'subtitles' THEN 0.01 WHEN 'metrics' THEN 0.40 WHEN 'captions' THEN 0.10
        WHEN 'package' THEN 0.03 WHEN 'verify' THEN 0
    END::float8
$$;

CREATE OR REPLACE FUNCTION task_rank(kind task_kind) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'fetch' THEN 0
        WHEN 'plan' THEN 0 WHEN 'audio' THEN 1 WHEN 'video' THEN 2 WHEN 'subtitles' THEN 3
        WHEN 'captions' THEN 4 WHEN 'mp4' THEN 5 WHEN 'images' THEN 6
        WHEN 'verify' THEN 8 ELSE 7
    END
$$;

-- As before, but that a job which is not planned yet shows how far its source has come: the rest of it
-- then counts as if it were there (1, about what the tasks behind a plan weigh together), or a fetched
-- source would be nearly a finished job.
CREATE OR REPLACE FUNCTION roll_up_progress(the_jobs uuid[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    UPDATE jobs
    SET updated_at = now(), progress = greatest(jobs.progress, least(0.999, done.progress))
    FROM (
        SELECT k.job_id, (sum(task_weight(k.kind) * k.progress) / (sum(task_weight(k.kind))
            + CASE WHEN bool_or(k.kind NOT IN ('fetch', 'plan')) THEN 0 ELSE 1 END))::real AS progress
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
