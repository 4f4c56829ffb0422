-- A worker that is to take no more tasks: set by an administrator, read at its heartbeat, forgotten
-- when it starts anew.
ALTER TABLE workers ADD COLUMN drain_requested_at timestamptz;

-- One account's ended jobs by the time they ended: for series and averages.
CREATE INDEX jobs_owner_ended ON jobs (owner_id, finished_at DESC) INCLUDE (status, started_at, created_at)
    WHERE finished_at IS NOT NULL;
