-- What a verification weighs, and where it stands among the tasks that are queued at the same time.
-- A migration of its own: a new value of a type can't be named in the transaction that adds it.

-- A verification is no part of making a job.
CREATE OR REPLACE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'captions' THEN 0.02 WHEN 'package' THEN 0.03 WHEN 'verify' THEN 0
    END::float8
$$;

-- And nobody waits for one as for a job.
CREATE OR REPLACE FUNCTION task_rank(kind task_kind) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0 WHEN 'audio' THEN 1 WHEN 'video' THEN 2 WHEN 'mp4' THEN 3 WHEN 'images' THEN 4
        WHEN 'verify' THEN 6 ELSE 5
    END
$$;
