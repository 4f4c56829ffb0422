-- Lists of jobs are chosen from indexes alone: a row of jobs has 2 KB, and one owner may have a hundred
-- thousand. What lists are narrowed by lies in the index that has their order.
CREATE INDEX jobs_owner_list ON jobs (owner_id, created_at DESC, id DESC)
    INCLUDE (status, priority, preset, filename, finished_at);
CREATE INDEX jobs_list ON jobs (created_at DESC, id DESC)
    INCLUDE (status, priority, preset, filename, finished_at);
CREATE INDEX jobs_priority ON jobs (priority DESC, created_at DESC, id DESC);
-- A job that has ended was last changed when it ended; those that have not are few. An index on
-- updated_at itself would be written at every heartbeat.
CREATE INDEX jobs_finished ON jobs (finished_at DESC, id DESC) WHERE finished_at IS NOT NULL;
DROP INDEX jobs_owner_created;
DROP INDEX jobs_created;

-- What a job's metadata are found by: under its owner, and under nobody for administrators. With the
-- owner in the path, what is searched is never larger than what is theirs.
CREATE FUNCTION owned_metadata(owner_id uuid, metadata jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_build_object(owner_id::text, metadata, '', metadata);

CREATE INDEX jobs_metadata ON jobs USING gin (owned_metadata(owner_id, metadata) jsonb_path_ops);
