-- The first schema. Invariants live here: a state that must not exist cannot be stored.

CREATE TYPE user_role AS ENUM ('user', 'admin');
CREATE TYPE visibility AS ENUM ('private', 'unlisted', 'public');
CREATE TYPE upload_status AS ENUM ('pending', 'completed', 'aborted', 'expired');
CREATE TYPE upload_mode AS ENUM ('single', 'multipart');
CREATE TYPE job_status AS ENUM ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled');
CREATE TYPE task_kind AS ENUM ('plan', 'video', 'audio', 'images', 'captions', 'package');
CREATE TYPE task_status AS ENUM
    ('blocked', 'queued', 'running', 'completed', 'failed', 'skipped', 'cancelled');

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL,
    role          user_role NOT NULL DEFAULT 'user',
    active        boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_key UNIQUE (email)
);

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    owner_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name         text NOT NULL,
    prefix       text NOT NULL,
    key_hash     bytea NOT NULL CHECK (length(key_hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash)
);
CREATE INDEX api_keys_owner ON api_keys (owner_id);

CREATE TABLE videos (
    id           uuid PRIMARY KEY,
    owner_id     uuid NOT NULL REFERENCES users,
    title        text NOT NULL,
    description  text NOT NULL DEFAULT '',
    tags         text[] NOT NULL DEFAULT '{}',
    category     text,
    visibility   visibility NOT NULL DEFAULT 'private',
    object_key   text NOT NULL UNIQUE,
    filename     text NOT NULL,
    content_type text NOT NULL,
    size_bytes   bigint NOT NULL CHECK (size_bytes >= 0),
    etag         text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX videos_owner_created ON videos (owner_id, created_at DESC, id DESC);
CREATE INDEX videos_public_created ON videos (created_at DESC, id DESC) WHERE visibility = 'public';

CREATE TABLE uploads (
    id           uuid PRIMARY KEY,
    owner_id     uuid NOT NULL REFERENCES users,
    status       upload_status NOT NULL DEFAULT 'pending',
    mode         upload_mode NOT NULL,
    object_key   text NOT NULL UNIQUE,
    filename     text NOT NULL,
    content_type text NOT NULL,
    -- NULL where the client asked for a URL without saying how much it will send.
    size_bytes   bigint CHECK (size_bytes > 0),
    part_size    bigint,
    part_count   integer CHECK (part_count BETWEEN 1 AND 10000),
    s3_upload_id text,
    video_id     uuid REFERENCES videos ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    completed_at timestamptz,
    CONSTRAINT uploads_multipart CHECK
        ((mode = 'multipart') = (s3_upload_id IS NOT NULL)
         AND (mode = 'multipart') = (part_size IS NOT NULL)
         AND (mode = 'multipart') = (part_count IS NOT NULL)),
    CONSTRAINT uploads_completed CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);
CREATE INDEX uploads_owner ON uploads (owner_id, created_at DESC);
CREATE INDEX uploads_due ON uploads (expires_at) WHERE status = 'pending';

CREATE TABLE presets (
    name       text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    -- NULL: built in, seen by everybody, read-only.
    owner_id   uuid REFERENCES users ON DELETE CASCADE,
    spec       jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT presets_name_owner_key UNIQUE NULLS NOT DISTINCT (name, owner_id)
);

CREATE TABLE jobs (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL REFERENCES users,
    video_id      uuid NOT NULL REFERENCES videos,
    status        job_status NOT NULL DEFAULT 'queued',
    priority      smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 10),
    preset        text NOT NULL,
    -- The preset as it stood when the job was made: editing a preset never changes a job.
    spec          jsonb NOT NULL,
    metadata      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    filename      text NOT NULL,
    source        jsonb,
    encode_plan   jsonb,
    progress      real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    started_at    timestamptz,
    playable_at   timestamptz,
    finished_at   timestamptz,
    error_code    text,
    error_message text,
    error_task    task_kind,
    error_log     text,
    CONSTRAINT jobs_finished CHECK
        ((finished_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled'))),
    CONSTRAINT jobs_started CHECK (status <> 'processing' OR started_at IS NOT NULL),
    CONSTRAINT jobs_playable CHECK (status <> 'completed' OR (playable_at IS NOT NULL AND progress = 1)),
    CONSTRAINT jobs_error CHECK
        ((status = 'failed') = (error_code IS NOT NULL)
         AND (error_code IS NULL) = (error_message IS NULL))
);
CREATE INDEX jobs_owner_created ON jobs (owner_id, created_at DESC, id DESC);
CREATE INDEX jobs_owner_status ON jobs (owner_id, status, created_at DESC, id DESC);
CREATE INDEX jobs_created ON jobs (created_at DESC, id DESC);
CREATE INDEX jobs_video ON jobs (video_id, created_at DESC);
CREATE INDEX jobs_open ON jobs (status, created_at) WHERE status IN ('queued', 'processing', 'paused');

CREATE TABLE tasks (
    id               uuid PRIMARY KEY,
    job_id           uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    kind             task_kind NOT NULL,
    -- Which of its kind: the number of the chunk for video, else 0.
    ordinal          integer NOT NULL DEFAULT 0 CHECK (ordinal >= 0),
    status           task_status NOT NULL,
    priority         smallint NOT NULL CHECK (priority BETWEEN 0 AND 10),
    params           jsonb NOT NULL DEFAULT '{}',
    result           jsonb,
    -- How often it was claimed; also the fencing token of every write made for it.
    attempt          integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts     integer NOT NULL CHECK (max_attempts > 0),
    worker_id        text,
    lease_expires_at timestamptz,
    queued_at        timestamptz,
    -- A queued task is not claimed before this time (retries wait here).
    run_after        timestamptz,
    started_at       timestamptz,
    finished_at      timestamptz,
    progress         real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    -- Seconds of video encoded per second; NULL until FFmpeg says.
    speed            real,
    cpu_seconds      real NOT NULL DEFAULT 0 CHECK (cpu_seconds >= 0),
    -- The last failure, kept while the task waits for its next attempt.
    error_code       text,
    error_message    text,
    error_log        text,
    CONSTRAINT tasks_kind_ordinal_key UNIQUE (job_id, kind, ordinal),
    CONSTRAINT tasks_lease CHECK
        ((status = 'running') = (lease_expires_at IS NOT NULL AND worker_id IS NOT NULL)),
    CONSTRAINT tasks_finished CHECK
        ((finished_at IS NOT NULL) = (status IN ('completed', 'failed', 'skipped', 'cancelled'))),
    CONSTRAINT tasks_queued CHECK (status <> 'queued' OR queued_at IS NOT NULL),
    CONSTRAINT tasks_result CHECK (status <> 'completed' OR result IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX tasks_queued ON tasks (priority DESC, queued_at) WHERE status = 'queued';
CREATE INDEX tasks_leases ON tasks (lease_expires_at) WHERE status = 'running';

CREATE TABLE task_dependencies (
    task_id    uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    depends_on uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    PRIMARY KEY (task_id, depends_on),
    CHECK (task_id <> depends_on)
);
CREATE INDEX task_dependencies_depends_on ON task_dependencies (depends_on);

CREATE TABLE renditions (
    id               uuid PRIMARY KEY,
    job_id           uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    name             text NOT NULL,
    width            integer NOT NULL CHECK (width > 0 AND width % 2 = 0),
    height           integer NOT NULL CHECK (height > 0 AND height % 2 = 0),
    codec            text NOT NULL,
    codecs           text NOT NULL,
    fps              double precision NOT NULL CHECK (fps > 0),
    frames           bigint NOT NULL CHECK (frames > 0),
    duration_seconds double precision NOT NULL CHECK (duration_seconds > 0),
    bitrate_bps      bigint NOT NULL CHECK (bitrate_bps > 0),
    size_bytes       bigint NOT NULL CHECK (size_bytes > 0),
    segments         integer NOT NULL CHECK (segments > 0),
    playlist_key     text NOT NULL,
    mp4_key          text,
    mp4_size_bytes   bigint,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT renditions_job_name_key UNIQUE (job_id, name)
);

CREATE TABLE assets (
    id           uuid PRIMARY KEY,
    job_id       uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    kind         text NOT NULL,
    name         text NOT NULL,
    rendition    text,
    object_key   text NOT NULL UNIQUE,
    content_type text NOT NULL,
    size_bytes   bigint NOT NULL CHECK (size_bytes >= 0),
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX assets_job ON assets (job_id, object_key);

-- Tasks whose attempts are spent: why, and the last lines of FFmpeg's output.
CREATE TABLE dead_letters (
    id            uuid PRIMARY KEY,
    job_id        uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    task_id       uuid NOT NULL,
    kind          task_kind NOT NULL,
    attempts      integer NOT NULL,
    error_code    text NOT NULL,
    error_message text NOT NULL,
    error_log     text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    retried_at    timestamptz
);
CREATE INDEX dead_letters_job ON dead_letters (job_id);
CREATE INDEX dead_letters_open ON dead_letters (created_at) WHERE retried_at IS NULL;

CREATE TABLE workers (
    id              text PRIMARY KEY,
    host            text NOT NULL,
    pid             integer NOT NULL,
    slots           integer NOT NULL CHECK (slots > 0),
    status          text NOT NULL CHECK (status IN ('active', 'draining', 'stopped')),
    tasks_completed bigint NOT NULL DEFAULT 0,
    tasks_failed    bigint NOT NULL DEFAULT 0,
    started_at      timestamptz NOT NULL DEFAULT now(),
    heartbeat_at    timestamptz NOT NULL DEFAULT now()
);

-- Objects to remove from storage, written in the transaction that made them unwanted, so that
-- a crash between the two leaves nothing behind. `not_before` lets a stopped worker's last
-- writes land first.
CREATE TABLE purges (
    prefix       text PRIMARY KEY CHECK (length(prefix) > 8),
    requested_at timestamptz NOT NULL DEFAULT now(),
    not_before   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idempotency_keys (
    owner_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL,
    status       smallint,
    response     jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- Progress of a job from its tasks: the mean of each kind, weighted by the kind's share of the work.
CREATE FUNCTION roll_up_progress(the_job uuid, kinds task_kind[], weights float8[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE jobs SET updated_at = now(), progress = greatest(jobs.progress, least(0.999, done.progress))
    FROM (
        SELECT coalesce(sum(w.weight * t.progress) / nullif(sum(w.weight), 0), 0)::real AS progress
        FROM (
            SELECT kind, avg(CASE WHEN status IN ('completed', 'skipped') THEN 1 ELSE progress END) AS progress
            FROM tasks WHERE job_id = the_job GROUP BY kind
        ) t
        JOIN unnest(kinds, weights) AS w(kind, weight) ON w.kind = t.kind
        -- Before the plan is done the other tasks do not exist, so that the plan alone would be 100 %.
        WHERE EXISTS (SELECT 1 FROM tasks p WHERE p.job_id = the_job AND p.kind <> 'plan')
    ) done
    WHERE jobs.id = the_job AND jobs.status = 'processing'
$$;

-- Store a result and queue what it unblocks, in one round trip. A function and not one statement,
-- because each of its statements has to see what others committed while it waited for the job's row.
-- Returns no row where the lease is lost, else one row of NULLs and one row for each task queued.
CREATE FUNCTION complete_task(
    the_job uuid, the_task uuid, the_attempt integer, the_worker text, the_result jsonb, cpu real,
    kinds task_kind[], weights float8[])
RETURNS TABLE (id uuid, job_id uuid, priority smallint, kind task_kind)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM jobs WHERE id = the_job FOR UPDATE;
    UPDATE tasks
    SET status = 'completed', result = the_result, finished_at = now(), progress = 1, worker_id = NULL,
        lease_expires_at = NULL, cpu_seconds = cpu_seconds + cpu,
        error_code = NULL, error_message = NULL, error_log = NULL
    WHERE id = the_task AND status = 'running' AND attempt = the_attempt AND worker_id = the_worker;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    id := NULL;
    RETURN NEXT;
    RETURN QUERY
        UPDATE tasks SET status = 'queued', queued_at = now()
        WHERE job_id = the_job AND status = 'blocked' AND NOT EXISTS (
            SELECT FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
            WHERE d.task_id = tasks.id AND t.status NOT IN ('completed', 'skipped'))
        RETURNING id, job_id, priority, kind;
    PERFORM roll_up_progress(the_job, kinds, weights);
END
$$;
