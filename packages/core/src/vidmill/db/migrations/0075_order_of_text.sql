-- What text weighs and when it comes. A migration of its own: a new value of a type can't be named in
-- the transaction that adds it. Behind that of verification, which knows nothing of text.

CREATE OR REPLACE FUNCTION task_weight(kind task_kind) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0.03 WHEN 'video' THEN 0.80 WHEN 'audio' THEN 0.07 WHEN 'images' THEN 0.03
        WHEN 'mp4' THEN 0.04 WHEN 'subtitles' THEN 0.01 WHEN 'captions' THEN 0.10 WHEN 'package' THEN 0.03
        WHEN 'verify' THEN 0
    END::float8
$$;

-- Captions take long and nothing but the package waits for them, so they begin as soon as there is
-- sound; the source's own text is read in a moment at any time.
CREATE OR REPLACE FUNCTION task_rank(kind task_kind) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'plan' THEN 0 WHEN 'audio' THEN 1 WHEN 'video' THEN 2 WHEN 'subtitles' THEN 3
        WHEN 'captions' THEN 4 WHEN 'mp4' THEN 5 WHEN 'images' THEN 6
        WHEN 'verify' THEN 8 ELSE 7
    END
$$;
