-- Counts and sums of jobs by owner and day, and of everybody's (owner_id NULL), so that statistics and
-- totals of lists cost the same for ten jobs and a million.
ALTER TABLE jobs ADD COLUMN output_bytes bigint CHECK (output_bytes >= 0);

CREATE TABLE job_statistics (
    owner_id uuid,
    -- On which the jobs were posted, in UTC.
    day date NOT NULL,
    queued bigint NOT NULL,
    processing bigint NOT NULL,
    paused bigint NOT NULL,
    completed bigint NOT NULL,
    failed bigint NOT NULL,
    cancelled bigint NOT NULL,
    -- Jobs that were begun, and how long they waited for it.
    begun bigint NOT NULL,
    wait_seconds double precision NOT NULL,
    -- Of completed jobs: from their beginning to their end without pauses, and of their sources.
    processing_seconds double precision NOT NULL,
    video_seconds double precision NOT NULL,
    input_bytes bigint NOT NULL,
    output_bytes bigint NOT NULL,
    CONSTRAINT job_statistics_owner_day_key UNIQUE NULLS NOT DISTINCT (owner_id, day)
);

-- What is to be added to them. Each change of a status adds rows here and waits for nobody: a row of
-- counts that every claim and completion had to update would be a queue of its own.
CREATE TABLE job_changes (LIKE job_statistics);

-- What a job counts for, as a row to be added (sign 1) or taken away (-1).
CREATE FUNCTION job_share(job jobs, sign integer) RETURNS job_changes
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT job.owner_id, (job.created_at AT TIME ZONE 'UTC')::date,
        sign * (job.status = 'queued')::int, sign * (job.status = 'processing')::int,
        sign * (job.status = 'paused')::int, sign * (job.status = 'completed')::int,
        sign * (job.status = 'failed')::int, sign * (job.status = 'cancelled')::int,
        sign * (job.started_at IS NOT NULL)::int,
        sign * coalesce(extract(epoch FROM job.started_at - job.created_at), 0)::float8,
        CASE WHEN job.status = 'completed' THEN
            sign * (extract(epoch FROM job.finished_at - job.started_at)::float8 - job.paused_seconds) ELSE 0 END,
        CASE WHEN job.status = 'completed' THEN
            sign * coalesce((job.source ->> 'duration_seconds')::float8, 0) ELSE 0 END,
        CASE WHEN job.status = 'completed' THEN sign * coalesce((job.source ->> 'size_bytes')::bigint, 0) ELSE 0 END,
        CASE WHEN job.status = 'completed' THEN sign * coalesce(job.output_bytes, 0) ELSE 0 END
$$;

CREATE FUNCTION note_job_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO job_changes SELECT * FROM job_share(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO job_changes SELECT * FROM job_share(NEW, 1);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER job_statistics_counted AFTER INSERT OR DELETE ON jobs
FOR EACH ROW EXECUTE FUNCTION note_job_change();
-- Fires for statements that set the status; progress is stored far more often.
CREATE TRIGGER job_statistics_recounted AFTER UPDATE OF status ON jobs
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_job_change();

-- Those there are; the reaper adds them up.
INSERT INTO job_changes SELECT share.* FROM jobs j CROSS JOIN LATERAL job_share(j, 1) share;
