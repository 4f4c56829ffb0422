-- Lists of tasks and of files over many jobs. Unfiltered they follow the lists of jobs, whose order they
-- have; these are for what is narrowed to something rare, which would be looked for in every row. What
-- is queued or running is found by the indexes that queue and leases have.
CREATE INDEX tasks_status ON tasks (status, job_id, kind, ordinal)
    WHERE status IN ('blocked', 'failed', 'skipped', 'cancelled');
-- Kinds that most jobs are without. Of the others there is one in nearly every job.
CREATE INDEX tasks_kind ON tasks (kind, job_id, ordinal)
    WHERE kind IN ('fetch', 'subtitles', 'metrics', 'captions', 'verify', 'thumbnail');
CREATE INDEX assets_kind ON assets (kind, job_id);
