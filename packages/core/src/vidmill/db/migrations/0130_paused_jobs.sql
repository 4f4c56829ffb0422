-- When a job was paused, and for how many seconds in all before that: no part of what it takes.
ALTER TABLE jobs
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN paused_seconds double precision NOT NULL DEFAULT 0 CHECK (paused_seconds >= 0);
