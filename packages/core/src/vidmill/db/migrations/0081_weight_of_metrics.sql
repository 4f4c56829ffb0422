-- What measuring weighs: of a short video twice as much as encoding it, of a long one little.
-- A migration of its own: a new value of a type can't be named in the transaction that adds it.

CREATE OR REPLACE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'subtitles' THEN 0.01 WHEN 'metrics' THEN 0.40 WHEN 'captions' THEN 0.10
        WHEN 'package' THEN 0.03 WHEN 'verify' THEN 0
    END::float8
$$;
