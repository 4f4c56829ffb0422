-- What migrations/*.sql make, for reading; nothing runs it. Written by `make schema`.

CREATE TYPE public.job_status AS ENUM (
    'queued',
    'processing',
    'paused',
    'completed',
    'failed',
    'cancelled'
);

CREATE TYPE public.task_kind AS ENUM (
    'fetch',
    'plan',
    'video',
    'audio',
    'images',
    'mp4',
    'subtitles',
    'metrics',
    'captions',
    'package',
    'verify',
    'thumbnail'
);

CREATE TYPE public.task_status AS ENUM (
    'blocked',
    'queued',
    'running',
    'completed',
    'failed',
    'skipped',
    'cancelled'
);

CREATE TYPE public.upload_mode AS ENUM (
    'single',
    'multipart'
);

CREATE TYPE public.upload_purpose AS ENUM (
    'video',
    'watermark',
    'subtitles'
);

CREATE TYPE public.upload_status AS ENUM (
    'pending',
    'completed',
    'aborted',
    'expired'
);

CREATE TYPE public.user_role AS ENUM (
    'user',
    'admin'
);

CREATE TYPE public.visibility AS ENUM (
    'private',
    'unlisted',
    'public'
);

CREATE TABLE public.jobs (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    video_id uuid NOT NULL,
    status public.job_status DEFAULT 'queued'::public.job_status NOT NULL,
    priority smallint DEFAULT 5 NOT NULL,
    preset text NOT NULL,
    spec jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    filename text NOT NULL,
    source jsonb,
    encode_plan jsonb,
    progress real DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    playable_at timestamp with time zone,
    finished_at timestamp with time zone,
    error_code text,
    error_message text,
    error_task public.task_kind,
    error_log text,
    edits jsonb,
    reuse boolean DEFAULT true NOT NULL,
    api_key_id uuid,
    paused_at timestamp with time zone,
    paused_seconds double precision DEFAULT 0 NOT NULL,
    output_bytes bigint,
    has_listeners boolean DEFAULT false NOT NULL,
    CONSTRAINT jobs_edits_check CHECK ((jsonb_typeof(edits) = 'object'::text)),
    CONSTRAINT jobs_error CHECK ((((status = 'failed'::public.job_status) = (error_code IS NOT NULL)) AND ((error_code IS NULL) = (error_message IS NULL)))),
    CONSTRAINT jobs_finished CHECK (((finished_at IS NOT NULL) = (status = ANY (ARRAY['completed'::public.job_status, 'failed'::public.job_status, 'cancelled'::public.job_status])))),
    CONSTRAINT jobs_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT jobs_output_bytes_check CHECK ((output_bytes >= 0)),
    CONSTRAINT jobs_paused_seconds_check CHECK ((paused_seconds >= (0)::double precision)),
    CONSTRAINT jobs_playable CHECK (((status <> 'completed'::public.job_status) OR ((playable_at IS NOT NULL) AND (progress = (1)::double precision)))),
    CONSTRAINT jobs_priority_check CHECK (((priority >= 0) AND (priority <= 10))),
    CONSTRAINT jobs_progress_check CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    CONSTRAINT jobs_started CHECK (((status <> 'processing'::public.job_status) OR (started_at IS NOT NULL)))
);

CREATE TABLE public.tasks (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    kind public.task_kind NOT NULL,
    ordinal integer DEFAULT 0 NOT NULL,
    status public.task_status NOT NULL,
    priority smallint NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    result jsonb,
    attempt integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    worker_id text,
    lease_expires_at timestamp with time zone,
    queued_at timestamp with time zone,
    run_after timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    progress real DEFAULT 0 NOT NULL,
    speed real,
    cpu_seconds real DEFAULT 0 NOT NULL,
    error_code text,
    error_message text,
    error_log text,
    ran_on text,
    CONSTRAINT tasks_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT tasks_cpu_seconds_check CHECK ((cpu_seconds >= (0)::double precision)),
    CONSTRAINT tasks_finished CHECK (((finished_at IS NOT NULL) = (status = ANY (ARRAY['completed'::public.task_status, 'failed'::public.task_status, 'skipped'::public.task_status, 'cancelled'::public.task_status])))),
    CONSTRAINT tasks_lease CHECK (((status = 'running'::public.task_status) = ((lease_expires_at IS NOT NULL) AND (worker_id IS NOT NULL)))),
    CONSTRAINT tasks_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT tasks_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT tasks_priority_check CHECK (((priority >= 0) AND (priority <= 10))),
    CONSTRAINT tasks_progress_check CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    CONSTRAINT tasks_queued CHECK (((status <> 'queued'::public.task_status) OR (queued_at IS NOT NULL))),
    CONSTRAINT tasks_result CHECK (((status <> 'completed'::public.task_status) OR (result IS NOT NULL))),
    CONSTRAINT tasks_skipped CHECK (((status <> 'skipped'::public.task_status) OR (result ? 'reason'::text)))
)
WITH (fillfactor='80');

CREATE FUNCTION public.claim_tasks(the_tasks uuid[], the_worker text, lease_seconds double precision, owner_limit integer DEFAULT NULL::integer) RETURNS TABLE(task public.tasks, job public.jobs, input_key text)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.complete_tasks(the_jobs uuid[], the_tasks uuid[], the_attempts integer[], the_worker text, the_results jsonb[], cpus real[], skips boolean[]) RETURNS TABLE(stored uuid, id uuid, job_id uuid, priority smallint, kind public.task_kind, owner_id uuid)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.fold_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036F]+', '', 'g'))
$$;

CREATE TABLE public.job_changes (
    owner_id uuid,
    day date CONSTRAINT job_statistics_day_not_null NOT NULL,
    queued bigint CONSTRAINT job_statistics_queued_not_null NOT NULL,
    processing bigint CONSTRAINT job_statistics_processing_not_null NOT NULL,
    paused bigint CONSTRAINT job_statistics_paused_not_null NOT NULL,
    completed bigint CONSTRAINT job_statistics_completed_not_null NOT NULL,
    failed bigint CONSTRAINT job_statistics_failed_not_null NOT NULL,
    cancelled bigint CONSTRAINT job_statistics_cancelled_not_null NOT NULL,
    begun bigint CONSTRAINT job_statistics_begun_not_null NOT NULL,
    wait_seconds double precision CONSTRAINT job_statistics_wait_seconds_not_null NOT NULL,
    processing_seconds double precision CONSTRAINT job_statistics_processing_seconds_not_null NOT NULL,
    video_seconds double precision CONSTRAINT job_statistics_video_seconds_not_null NOT NULL,
    input_bytes bigint CONSTRAINT job_statistics_input_bytes_not_null NOT NULL,
    output_bytes bigint CONSTRAINT job_statistics_output_bytes_not_null NOT NULL
);

CREATE FUNCTION public.job_share(job public.jobs, sign integer) RETURNS public.job_changes
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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

CREATE FUNCTION public.note_cpu() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM record_use(
        NEW.job_id, round((NEW.cpu_seconds::float8 - OLD.cpu_seconds::float8) * 1000)::bigint, 0, 0, 0);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.note_job() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO usage_entries (owner_id, api_key_id, jobs) VALUES (NEW.owner_id, NEW.api_key_id, 1);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.note_job_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.note_job_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO usage_entries (owner_id, api_key_id, stored_bytes)
    SELECT OLD.owner_id, OLD.api_key_id, -l.output_bytes FROM job_ledgers l
    WHERE l.job_id = OLD.id AND l.output_bytes <> 0;
    RETURN OLD;
END
$$;

CREATE FUNCTION public.note_listeners() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Whoever makes a webhook holds this row meanwhile: see insert_webhook in webhooks.sql.
    PERFORM FROM users WHERE id = NEW.owner_id FOR KEY SHARE;
    NEW.has_listeners := EXISTS (
        SELECT FROM webhooks w WHERE w.owner_id = NEW.owner_id AND w.job_id IS NULL);
    RETURN NEW;
END
$$;

CREATE FUNCTION public.note_source() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    more bigint := (NEW.source ->> 'size_bytes')::bigint
        - coalesce((SELECT l.input_bytes FROM job_ledgers l WHERE l.job_id = NEW.id), 0);
BEGIN
    IF more > 0 THEN
        PERFORM record_use(NEW.id, 0, more, 0, 0);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.note_stored_upload() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    more bigint := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE room_of(NEW) END
        - CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE room_of(OLD) END;
BEGIN
    IF more <> 0 THEN
        INSERT INTO usage_entries (owner_id, stored_bytes) VALUES (coalesce(NEW.owner_id, OLD.owner_id), more);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.note_stored_video() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    more bigint := coalesce(NEW.size_bytes, 0) - coalesce(OLD.size_bytes, 0);
BEGIN
    IF more <> 0 THEN
        INSERT INTO usage_entries (owner_id, stored_bytes) VALUES (coalesce(NEW.owner_id, OLD.owner_id), more);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.owned_metadata(owner_id uuid, metadata jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object((owner_id)::text, metadata, '', metadata);

CREATE FUNCTION public.record_event(the_owner uuid, the_subject uuid, the_event text, the_data json) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    listener record;
    new_id uuid;
BEGIN
    FOR listener IN
        SELECT w.id, w.lane FROM webhooks w
        WHERE (w.owner_id = the_owner AND w.job_id IS NULL OR w.job_id = the_subject)
          AND w.active AND w.disabled_at IS NULL AND the_event = ANY(w.events)
    LOOP
        new_id := uuidv7();
        INSERT INTO deliveries (id, webhook_id, lane, event, subject_id, payload)
        VALUES (new_id, listener.id, listener.lane, the_event, the_subject, json_build_object(
            'id', new_id, 'event', the_event, 'timestamp', rfc3339(now()), 'data', the_data));
    END LOOP;
END
$$;

CREATE FUNCTION public.record_job_events() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    data json := json_build_object(
        'id', NEW.id, 'video_id', NEW.video_id, 'status', NEW.status,
        'progress', round((NEW.progress * 100)::numeric, 1), 'priority', NEW.priority,
        'preset', NEW.preset, 'filename', NEW.filename, 'metadata', NEW.metadata,
        'created_at', rfc3339(NEW.created_at), 'started_at', rfc3339(NEW.started_at),
        'playable_at', rfc3339(NEW.playable_at), 'completed_at', rfc3339(NEW.finished_at),
        'error', CASE WHEN NEW.error_code IS NOT NULL THEN json_build_object(
            'code', NEW.error_code, 'message', NEW.error_message, 'task', NEW.error_task) END);
    changed boolean := OLD.status IS DISTINCT FROM NEW.status;
BEGIN
    -- A job that goes on after a pause has started before.
    IF changed AND NEW.status = 'processing' AND OLD.started_at IS NULL THEN
        PERFORM record_event(NEW.owner_id, NEW.id, 'job.started', data);
    END IF;
    IF NEW.status = 'processing' AND floor(NEW.progress * 10) > floor(OLD.progress * 10) THEN
        PERFORM record_event(NEW.owner_id, NEW.id, 'job.progress', data);
    END IF;
    IF OLD.playable_at IS NULL AND NEW.playable_at IS NOT NULL THEN
        PERFORM record_event(NEW.owner_id, NEW.id, 'job.playable', data);
    END IF;
    IF changed AND NEW.status IN ('completed', 'failed', 'cancelled') THEN
        PERFORM record_event(NEW.owner_id, NEW.id, 'job.' || NEW.status, data);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.record_use(the_job uuid, cpu bigint, input bigint, output bigint, video bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO job_ledgers AS l (job_id, cpu_ms, input_bytes, output_bytes, video_ms)
    VALUES (the_job, cpu, input, output, video)
    ON CONFLICT (job_id) DO UPDATE
    SET cpu_ms = l.cpu_ms + excluded.cpu_ms, input_bytes = l.input_bytes + excluded.input_bytes,
        output_bytes = l.output_bytes + excluded.output_bytes, video_ms = l.video_ms + excluded.video_ms;
    INSERT INTO usage_entries (owner_id, api_key_id, cpu_ms, input_bytes, output_bytes, video_ms, stored_bytes)
    SELECT j.owner_id, j.api_key_id, cpu, input, output, video, output FROM jobs j WHERE j.id = the_job;
END
$$;

CREATE FUNCTION public.record_video_events() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM record_event(NEW.owner_id, NEW.id, 'video.uploaded', json_build_object(
        'id', NEW.id, 'title', NEW.title, 'filename', NEW.filename, 'size_bytes', NEW.size_bytes,
        'content_type', NEW.content_type, 'created_at', rfc3339(NEW.created_at)));
    RETURN NULL;
END
$$;

CREATE FUNCTION public.rfc3339(moment timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION public.roll_up_progress(the_jobs uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE TABLE public.uploads (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status public.upload_status DEFAULT 'pending'::public.upload_status NOT NULL,
    mode public.upload_mode NOT NULL,
    object_key text NOT NULL,
    filename text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint,
    part_size bigint,
    part_count integer,
    s3_upload_id text,
    video_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    purpose public.upload_purpose DEFAULT 'video'::public.upload_purpose NOT NULL,
    etag text,
    CONSTRAINT uploads_completed CHECK (((status = 'completed'::public.upload_status) = (completed_at IS NOT NULL))),
    CONSTRAINT uploads_multipart CHECK ((((mode = 'multipart'::public.upload_mode) = (s3_upload_id IS NOT NULL)) AND ((mode = 'multipart'::public.upload_mode) = (part_size IS NOT NULL)) AND ((mode = 'multipart'::public.upload_mode) = (part_count IS NOT NULL)))),
    CONSTRAINT uploads_part_count_check CHECK (((part_count >= 1) AND (part_count <= 10000))),
    CONSTRAINT uploads_pinned CHECK (((etag IS NOT NULL) = ((purpose <> 'video'::public.upload_purpose) AND (status = 'completed'::public.upload_status)))),
    CONSTRAINT uploads_purpose CHECK (((purpose = 'video'::public.upload_purpose) OR ((video_id IS NULL) AND (mode = 'single'::public.upload_mode)))),
    CONSTRAINT uploads_size_bytes_check CHECK ((size_bytes > 0))
);

CREATE FUNCTION public.room_of(upload public.uploads) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE
        WHEN upload.status = 'pending' OR upload.status = 'completed' AND upload.purpose <> 'video'
        THEN coalesce(upload.size_bytes, 0) ELSE 0 END
$$;

CREATE FUNCTION public.running_tasks(the_owner uuid) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT count(*) FROM tasks t JOIN jobs j ON j.id = t.job_id
    WHERE t.status = 'running' AND j.owner_id = the_owner
$$;

CREATE FUNCTION public.search_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT regexp_replace(fold_text(value), '[/\\:?=&@_.]+', ' ', 'g')
$$;

CREATE FUNCTION public.task_rank(kind public.task_kind) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE kind
        WHEN 'fetch' THEN 0
        WHEN 'plan' THEN 0 WHEN 'audio' THEN 1 WHEN 'video' THEN 2 WHEN 'subtitles' THEN 3
        WHEN 'captions' THEN 4 WHEN 'mp4' THEN 5 WHEN 'images' THEN 6
        WHEN 'verify' THEN 8 ELSE 7
    END
$$;

CREATE FUNCTION public.task_weight(kind public.task_kind) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE kind
        WHEN 'fetch' THEN 0.15
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'subtitles' THEN 0.01 WHEN 'metrics' THEN 0.40 WHEN 'captions' THEN 0.10
        WHEN 'package' THEN 0.03 WHEN 'verify' THEN 0
    END::float8
$$;

CREATE FUNCTION public.video_document(title text, tags text[], category text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT setweight(to_tsvector('simple', search_text(title)), 'A')
        || setweight(to_tsvector('simple', search_text(array_to_string(tags, ' ', ''))), 'B')
        || setweight(to_tsvector('simple', search_text(coalesce(category, ''))), 'B')
        || setweight(to_tsvector('simple', search_text(description)), 'C')
$$;

CREATE FUNCTION public.video_query(wanted text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
    SELECT CASE WHEN right(q.words, 1) = '''' AND q.words !~ '!''[^'']*''$' AND wanted !~ '"\s*$'
        THEN (q.words || ':*')::tsquery ELSE q.words::tsquery END
    FROM (SELECT websearch_to_tsquery('simple', search_text(wanted))::text AS words) q
$_$;

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    scopes text[] DEFAULT '{read,write,admin}'::text[] NOT NULL,
    ip_allow cidr[],
    hourly_limit integer,
    rotated_to uuid,
    last_used_address inet,
    CONSTRAINT api_keys_hourly_limit CHECK ((hourly_limit > 0)),
    CONSTRAINT api_keys_ip_allow CHECK ((cardinality(ip_allow) > 0)),
    CONSTRAINT api_keys_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_scopes CHECK (((cardinality(scopes) > 0) AND (scopes <@ '{read,write,admin}'::text[])))
);

CREATE TABLE public.assets (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    rendition text,
    object_key text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    language text,
    label text,
    CONSTRAINT assets_size_bytes_check CHECK ((size_bytes >= 0))
);

CREATE TABLE public.daily_jobs (
    owner_id uuid NOT NULL,
    day date NOT NULL,
    jobs integer NOT NULL,
    CONSTRAINT daily_jobs_jobs_check CHECK ((jobs >= 0))
)
WITH (fillfactor='50');

CREATE TABLE public.dead_letters (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    task_id uuid NOT NULL,
    kind public.task_kind NOT NULL,
    attempts integer NOT NULL,
    error_code text NOT NULL,
    error_message text NOT NULL,
    error_log text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retried_at timestamp with time zone
);

CREATE TABLE public.deliveries (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    webhook_id uuid NOT NULL,
    lane bigint NOT NULL,
    event text NOT NULL,
    subject_id uuid NOT NULL,
    payload json NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    claims integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT deliveries_claims_check CHECK ((claims >= 0)),
    CONSTRAINT deliveries_finished CHECK (((status = 'pending'::text) = (finished_at IS NULL))),
    CONSTRAINT deliveries_pending CHECK (((status = 'pending'::text) = (next_attempt_at IS NOT NULL))),
    CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'superseded'::text]))),
    CONSTRAINT deliveries_tries_check CHECK ((tries >= 0))
);

ALTER TABLE public.deliveries ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.deliveries_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.delivery_attempts (
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seconds real NOT NULL,
    url text NOT NULL,
    request_head text NOT NULL,
    request_size integer NOT NULL,
    request_sha256 bytea NOT NULL,
    response_status smallint,
    response_head text,
    response_body text,
    error text,
    CONSTRAINT delivery_attempts_number_check CHECK ((number > 0)),
    CONSTRAINT delivery_attempts_request_sha256_check CHECK ((length(request_sha256) = 32)),
    CONSTRAINT delivery_attempts_seconds_check CHECK ((seconds >= (0)::double precision))
);

CREATE TABLE public.growing_playlists (
    job_id uuid NOT NULL,
    video_segments integer NOT NULL,
    audio_segments integer NOT NULL,
    CONSTRAINT growing_playlists_audio_segments_check CHECK ((audio_segments >= 0)),
    CONSTRAINT growing_playlists_name_something CHECK (((video_segments + audio_segments) > 0)),
    CONSTRAINT growing_playlists_video_segments_check CHECK ((video_segments >= 0))
);

CREATE TABLE public.idempotency_keys (
    owner_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint,
    response jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

CREATE TABLE public.invites (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    email text,
    role public.user_role DEFAULT 'user'::public.user_role NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    used_by uuid,
    revoked_at timestamp with time zone,
    CONSTRAINT invites_email_check CHECK ((email = lower(email))),
    CONSTRAINT invites_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT invites_used_by CHECK (((used_by IS NULL) OR (used_at IS NOT NULL)))
);

CREATE TABLE public.job_ledgers (
    job_id uuid NOT NULL,
    cpu_ms bigint DEFAULT 0 NOT NULL,
    input_bytes bigint DEFAULT 0 NOT NULL,
    output_bytes bigint DEFAULT 0 NOT NULL,
    video_ms bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.job_statistics (
    owner_id uuid,
    day date NOT NULL,
    queued bigint NOT NULL,
    processing bigint NOT NULL,
    paused bigint NOT NULL,
    completed bigint NOT NULL,
    failed bigint NOT NULL,
    cancelled bigint NOT NULL,
    begun bigint NOT NULL,
    wait_seconds double precision NOT NULL,
    processing_seconds double precision NOT NULL,
    video_seconds double precision NOT NULL,
    input_bytes bigint NOT NULL,
    output_bytes bigint NOT NULL
);

CREATE TABLE public.migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.partial_results (
    task_id uuid NOT NULL,
    result jsonb NOT NULL
);

CREATE TABLE public.presets (
    name text NOT NULL,
    owner_id uuid,
    spec jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT presets_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);

CREATE TABLE public.purges (
    prefix text NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT purges_prefix_check CHECK ((length(prefix) > 8))
);

CREATE TABLE public.renditions (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    name text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    codec text NOT NULL,
    codecs text NOT NULL,
    fps double precision NOT NULL,
    frames bigint NOT NULL,
    duration_seconds double precision NOT NULL,
    bitrate_bps bigint NOT NULL,
    size_bytes bigint NOT NULL,
    segments integer NOT NULL,
    playlist_key text NOT NULL,
    mp4_key text,
    mp4_size_bytes bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    psnr double precision,
    ssim double precision,
    vmaf double precision,
    CONSTRAINT renditions_bitrate_bps_check CHECK ((bitrate_bps > 0)),
    CONSTRAINT renditions_duration_seconds_check CHECK ((duration_seconds > (0)::double precision)),
    CONSTRAINT renditions_fps_check CHECK ((fps > (0)::double precision)),
    CONSTRAINT renditions_frames_check CHECK ((frames > 0)),
    CONSTRAINT renditions_height_check CHECK (((height > 0) AND ((height % 2) = 0))),
    CONSTRAINT renditions_psnr_check CHECK (((psnr >= (0)::double precision) AND (psnr <= (100)::double precision))),
    CONSTRAINT renditions_segments_check CHECK ((segments > 0)),
    CONSTRAINT renditions_size_bytes_check CHECK ((size_bytes > 0)),
    CONSTRAINT renditions_ssim_check CHECK (((ssim >= ('-1'::integer)::double precision) AND (ssim <= (1)::double precision))),
    CONSTRAINT renditions_vmaf_check CHECK (((vmaf >= (0)::double precision) AND (vmaf <= (100)::double precision))),
    CONSTRAINT renditions_width_check CHECK (((width > 0) AND ((width % 2) = 0)))
);

CREATE TABLE public.reusable_tracks (
    job_id uuid NOT NULL,
    name text NOT NULL,
    owner_id uuid NOT NULL,
    key bytea NOT NULL,
    CONSTRAINT reusable_tracks_key_check CHECK ((octet_length(key) = 32))
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    renewed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    address inet,
    user_agent text,
    CONSTRAINT sessions_generation_check CHECK ((generation >= 0)),
    CONSTRAINT sessions_user_agent_check CHECK ((length(user_agent) <= 300))
);

CREATE TABLE public.stored_bytes (
    owner_id uuid NOT NULL,
    bytes bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.task_dependencies (
    task_id uuid NOT NULL,
    depends_on uuid NOT NULL,
    CONSTRAINT task_dependencies_check CHECK ((task_id <> depends_on))
);

CREATE TABLE public.usage (
    owner_id uuid NOT NULL,
    day date NOT NULL,
    api_key_id uuid,
    requests bigint NOT NULL,
    jobs bigint NOT NULL,
    input_bytes bigint NOT NULL,
    output_bytes bigint NOT NULL,
    video_ms bigint NOT NULL,
    cpu_ms bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.usage_entries (
    id bigint NOT NULL,
    owner_id uuid NOT NULL,
    api_key_id uuid,
    day date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date NOT NULL,
    requests bigint DEFAULT 0 NOT NULL,
    jobs bigint DEFAULT 0 NOT NULL,
    input_bytes bigint DEFAULT 0 NOT NULL,
    output_bytes bigint DEFAULT 0 NOT NULL,
    video_ms bigint DEFAULT 0 NOT NULL,
    cpu_ms bigint DEFAULT 0 NOT NULL,
    stored_bytes bigint DEFAULT 0 NOT NULL
);

ALTER TABLE public.usage_entries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    role public.user_role DEFAULT 'user'::public.user_role NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    quota_jobs_per_day integer,
    quota_stored_bytes bigint,
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
    CONSTRAINT users_quota_jobs_per_day_check CHECK ((quota_jobs_per_day >= '-1'::integer)),
    CONSTRAINT users_quota_stored_bytes_check CHECK ((quota_stored_bytes >= '-1'::integer))
);

CREATE TABLE public.video_views (
    video_id uuid NOT NULL,
    viewer bytea NOT NULL,
    counted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT video_views_viewer_check CHECK ((octet_length(viewer) = 16))
);

CREATE TABLE public.videos (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    title text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    category text,
    visibility public.visibility DEFAULT 'private'::public.visibility NOT NULL,
    object_key text NOT NULL,
    filename text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    etag text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    views bigint DEFAULT 0 NOT NULL,
    playback_generation integer DEFAULT 0 NOT NULL,
    thumbnail_key text,
    thumbnail_source text,
    thumbnail_error text,
    sort_title text GENERATED ALWAYS AS (public.fold_text(title)) STORED NOT NULL,
    search tsvector GENERATED ALWAYS AS (public.video_document(title, tags, category, description)) STORED NOT NULL,
    CONSTRAINT videos_size_bytes_check CHECK ((size_bytes >= 0)),
    CONSTRAINT videos_views_check CHECK ((views >= 0))
)
WITH (fillfactor='90');

CREATE TABLE public.webhooks (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    job_id uuid,
    url text NOT NULL,
    lane bigint NOT NULL,
    events text[] NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    disabled_at timestamp with time zone,
    disabled_reason text,
    failing_since timestamp with time zone,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhooks_disabled CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
    CONSTRAINT webhooks_events CHECK (((cardinality(events) > 0) AND (events <@ '{job.started,job.progress,job.playable,job.completed,job.failed,job.cancelled,video.uploaded}'::text[]))),
    CONSTRAINT webhooks_previous CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL))),
    CONSTRAINT webhooks_url_check CHECK (((length(url) >= 8) AND (length(url) <= 2048)))
);

CREATE TABLE public.workers (
    id text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    slots integer NOT NULL,
    status text NOT NULL,
    tasks_completed bigint DEFAULT 0 NOT NULL,
    tasks_failed bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat_at timestamp with time zone DEFAULT now() NOT NULL,
    encoders text[] DEFAULT '{}'::text[] NOT NULL,
    drain_requested_at timestamp with time zone,
    CONSTRAINT workers_slots_check CHECK ((slots > 0)),
    CONSTRAINT workers_status_check CHECK ((status = ANY (ARRAY['active'::text, 'draining'::text, 'stopped'::text])))
);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_object_key_key UNIQUE (object_key);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.daily_jobs
    ADD CONSTRAINT daily_jobs_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.delivery_attempts
    ADD CONSTRAINT delivery_attempts_pkey PRIMARY KEY (delivery_id, number);

ALTER TABLE ONLY public.growing_playlists
    ADD CONSTRAINT growing_playlists_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner_id, key);

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.job_ledgers
    ADD CONSTRAINT job_ledgers_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.job_statistics
    ADD CONSTRAINT job_statistics_owner_day_key UNIQUE NULLS NOT DISTINCT (owner_id, day);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.partial_results
    ADD CONSTRAINT partial_results_pkey PRIMARY KEY (task_id);

ALTER TABLE ONLY public.presets
    ADD CONSTRAINT presets_name_owner_key UNIQUE NULLS NOT DISTINCT (name, owner_id);

ALTER TABLE ONLY public.purges
    ADD CONSTRAINT purges_pkey PRIMARY KEY (prefix);

ALTER TABLE ONLY public.renditions
    ADD CONSTRAINT renditions_job_name_key UNIQUE (job_id, name);

ALTER TABLE ONLY public.renditions
    ADD CONSTRAINT renditions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reusable_tracks
    ADD CONSTRAINT reusable_tracks_pkey PRIMARY KEY (job_id, name);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stored_bytes
    ADD CONSTRAINT stored_bytes_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY public.task_dependencies
    ADD CONSTRAINT task_dependencies_pkey PRIMARY KEY (task_id, depends_on);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_kind_ordinal_key UNIQUE (job_id, kind, ordinal);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_object_key_key UNIQUE (object_key);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_entries
    ADD CONSTRAINT usage_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage
    ADD CONSTRAINT usage_key UNIQUE NULLS NOT DISTINCT (owner_id, day, api_key_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.video_views
    ADD CONSTRAINT video_views_pkey PRIMARY KEY (video_id, viewer);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);

CREATE INDEX api_keys_owner ON public.api_keys USING btree (owner_id);

CREATE INDEX assets_job ON public.assets USING btree (job_id, object_key);

CREATE INDEX assets_kind ON public.assets USING btree (kind, job_id);

CREATE INDEX dead_letters_job ON public.dead_letters USING btree (job_id);

CREATE INDEX dead_letters_open ON public.dead_letters USING btree (created_at) WHERE (retried_at IS NULL);

CREATE INDEX deliveries_created ON public.deliveries USING btree (created_at);

CREATE INDEX deliveries_due ON public.deliveries USING btree (lane, next_attempt_at, seq) WHERE (status = 'pending'::text);

CREATE INDEX deliveries_order ON public.deliveries USING btree (webhook_id, subject_id, seq);

CREATE INDEX deliveries_webhook_created ON public.deliveries USING btree (webhook_id, created_at DESC, id DESC);

CREATE INDEX idempotency_keys_created ON public.idempotency_keys USING btree (created_at);

CREATE INDEX invites_created ON public.invites USING btree (created_at DESC, id DESC);

CREATE INDEX jobs_finished ON public.jobs USING btree (finished_at DESC, id DESC) WHERE (finished_at IS NOT NULL);

CREATE INDEX jobs_list ON public.jobs USING btree (created_at DESC, id DESC) INCLUDE (status, priority, preset, filename, finished_at);

CREATE INDEX jobs_metadata ON public.jobs USING gin (public.owned_metadata(owner_id, metadata) jsonb_path_ops);

CREATE INDEX jobs_open ON public.jobs USING btree (status, created_at) WHERE (status = ANY (ARRAY['queued'::public.job_status, 'processing'::public.job_status, 'paused'::public.job_status]));

CREATE INDEX jobs_owner_ended ON public.jobs USING btree (owner_id, finished_at DESC) INCLUDE (status, started_at, created_at) WHERE (finished_at IS NOT NULL);

CREATE INDEX jobs_owner_list ON public.jobs USING btree (owner_id, created_at DESC, id DESC) INCLUDE (status, priority, preset, filename, finished_at);

CREATE INDEX jobs_owner_status ON public.jobs USING btree (owner_id, status, created_at DESC, id DESC);

CREATE INDEX jobs_priority ON public.jobs USING btree (priority DESC, created_at DESC, id DESC);

CREATE INDEX jobs_video ON public.jobs USING btree (video_id, created_at DESC);

CREATE INDEX reusable_tracks_key ON public.reusable_tracks USING btree (owner_id, key);

CREATE INDEX sessions_expires ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_user ON public.sessions USING btree (user_id);

CREATE INDEX task_dependencies_depends_on ON public.task_dependencies USING btree (depends_on);

CREATE INDEX tasks_kind ON public.tasks USING btree (kind, job_id, ordinal) WHERE (kind = ANY (ARRAY['fetch'::public.task_kind, 'subtitles'::public.task_kind, 'metrics'::public.task_kind, 'captions'::public.task_kind, 'verify'::public.task_kind, 'thumbnail'::public.task_kind]));

CREATE INDEX tasks_leases ON public.tasks USING btree (lease_expires_at) WHERE (status = 'running'::public.task_status);

CREATE INDEX tasks_queued ON public.tasks USING btree (priority DESC, queued_at) WHERE (status = 'queued'::public.task_status);

CREATE INDEX tasks_status ON public.tasks USING btree (status, job_id, kind, ordinal) WHERE (status = ANY (ARRAY['blocked'::public.task_status, 'failed'::public.task_status, 'skipped'::public.task_status, 'cancelled'::public.task_status]));

CREATE INDEX uploads_due ON public.uploads USING btree (expires_at) WHERE (status = 'pending'::public.upload_status);

CREATE INDEX uploads_owner ON public.uploads USING btree (owner_id, created_at DESC);

CREATE INDEX usage_day ON public.usage USING btree (day);

CREATE INDEX usage_entries_owner ON public.usage_entries USING btree (owner_id, day);

CREATE INDEX users_created ON public.users USING btree (created_at DESC, id DESC);

CREATE INDEX video_views_counted ON public.video_views USING btree (counted_at);

CREATE INDEX videos_category ON public.videos USING btree (category, created_at DESC, id DESC) WHERE (category IS NOT NULL);

CREATE INDEX videos_created ON public.videos USING btree (created_at DESC, id DESC);

CREATE UNIQUE INDEX videos_object ON public.videos USING btree (object_key, owner_id, etag);

CREATE INDEX videos_owner_created ON public.videos USING btree (owner_id, created_at DESC, id DESC);

CREATE INDEX videos_public_created ON public.videos USING btree (created_at DESC, id DESC) WHERE (visibility = 'public'::public.visibility);

CREATE INDEX videos_search ON public.videos USING gin (search);

CREATE INDEX videos_tags ON public.videos USING gin (tags);

CREATE INDEX videos_thumbnails_due ON public.videos USING btree (id) WHERE (thumbnail_source IS NOT NULL);

CREATE INDEX webhooks_job ON public.webhooks USING btree (job_id) WHERE (job_id IS NOT NULL);

CREATE INDEX webhooks_job_created ON public.webhooks USING btree (created_at) WHERE (job_id IS NOT NULL);

CREATE INDEX webhooks_owner ON public.webhooks USING btree (owner_id, created_at DESC, id DESC) WHERE (job_id IS NULL);

CREATE TRIGGER job_statistics_counted AFTER INSERT OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.note_job_change();

CREATE TRIGGER job_statistics_recounted AFTER UPDATE OF status ON public.jobs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION public.note_job_change();

CREATE TRIGGER jobs_gone BEFORE DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.note_job_gone();

CREATE TRIGGER jobs_note_listeners BEFORE INSERT ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.note_listeners();

CREATE TRIGGER jobs_posted AFTER INSERT ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.note_job();

CREATE TRIGGER jobs_record_events AFTER UPDATE ON public.jobs FOR EACH ROW WHEN ((new.has_listeners AND ((old.status IS DISTINCT FROM new.status) OR ((old.playable_at IS NULL) AND (new.playable_at IS NOT NULL)) OR (floor((new.progress * (10)::double precision)) > floor((old.progress * (10)::double precision)))))) EXECUTE FUNCTION public.record_job_events();

CREATE TRIGGER jobs_source_read AFTER UPDATE OF source ON public.jobs FOR EACH ROW WHEN (((new.source IS NOT NULL) AND (new.source IS DISTINCT FROM old.source))) EXECUTE FUNCTION public.note_source();

CREATE TRIGGER tasks_cpu AFTER UPDATE OF cpu_seconds ON public.tasks FOR EACH ROW WHEN ((new.cpu_seconds > old.cpu_seconds)) EXECUTE FUNCTION public.note_cpu();

CREATE TRIGGER uploads_stored AFTER INSERT OR DELETE OR UPDATE OF status, size_bytes ON public.uploads FOR EACH ROW EXECUTE FUNCTION public.note_stored_upload();

CREATE TRIGGER videos_record_events AFTER INSERT ON public.videos FOR EACH ROW WHEN ((new.etag <> ''::text)) EXECUTE FUNCTION public.record_video_events();

CREATE TRIGGER videos_record_fetched AFTER UPDATE OF etag ON public.videos FOR EACH ROW WHEN (((old.etag = ''::text) AND (new.etag <> ''::text))) EXECUTE FUNCTION public.record_video_events();

CREATE TRIGGER videos_stored AFTER INSERT OR DELETE OR UPDATE OF size_bytes ON public.videos FOR EACH ROW EXECUTE FUNCTION public.note_stored_video();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_rotated_to_fkey FOREIGN KEY (rotated_to) REFERENCES public.api_keys(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery_attempts
    ADD CONSTRAINT delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.deliveries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.growing_playlists
    ADD CONSTRAINT growing_playlists_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_used_by_fkey FOREIGN KEY (used_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.job_ledgers
    ADD CONSTRAINT job_ledgers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id);

ALTER TABLE ONLY public.partial_results
    ADD CONSTRAINT partial_results_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.presets
    ADD CONSTRAINT presets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.renditions
    ADD CONSTRAINT renditions_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reusable_tracks
    ADD CONSTRAINT reusable_tracks_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reusable_tracks
    ADD CONSTRAINT reusable_tracks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.task_dependencies
    ADD CONSTRAINT task_dependencies_depends_on_fkey FOREIGN KEY (depends_on) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.task_dependencies
    ADD CONSTRAINT task_dependencies_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.video_views
    ADD CONSTRAINT video_views_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;
