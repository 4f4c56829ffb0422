-- The gallery: searched, counted, with stills of people's own; and playback of public videos, which
-- ends as soon as they are public no more.

-- Text as searches compare it: small letters, accents and widths folded ("Café" as "cafe").
CREATE FUNCTION fold_text(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036F]+', '', 'g'))
$$;

-- The same as words: what joins them in addresses and names of files parts them here.
CREATE FUNCTION search_text(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(fold_text(value), '[/\\:?=&@_.]+', ' ', 'g')
$$;

-- What a video is found by. No language is known, so no stems and no stop words ('simple').
CREATE FUNCTION video_document(title text, tags text[], category text, description text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('simple', search_text(title)), 'A')
        || setweight(to_tsvector('simple', search_text(array_to_string(tags, ' ', ''))), 'B')
        || setweight(to_tsvector('simple', search_text(coalesce(category, ''))), 'B')
        || setweight(to_tsvector('simple', search_text(description)), 'C')
$$;

-- What somebody typed, as a query: words, "phrases", or, -without. The last word is taken as the
-- beginning of one, for it may not be finished, unless it is quoted or excluded. Never fails.
CREATE FUNCTION video_query(wanted text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN right(q.words, 1) = '''' AND q.words !~ '!''[^'']*''$' AND wanted !~ '"\s*$'
        THEN (q.words || ':*')::tsquery ELSE q.words::tsquery END
    FROM (SELECT websearch_to_tsquery('simple', search_text(wanted))::text AS words) q
$$;

ALTER TABLE videos
    ADD COLUMN views bigint NOT NULL DEFAULT 0 CHECK (views >= 0),
    -- Part of the playback tokens of a public video: another number ends all that were given out.
    ADD COLUMN playback_generation integer NOT NULL DEFAULT 0,
    -- A still of its owner's own, an upload that is to become one, and why the last did not.
    ADD COLUMN thumbnail_key text,
    ADD COLUMN thumbnail_source text,
    ADD COLUMN thumbnail_error text,
    -- For sorting: "Éclair" stands among the words with e.
    ADD COLUMN sort_title text NOT NULL GENERATED ALWAYS AS (fold_text(title)) STORED,
    ADD COLUMN search tsvector NOT NULL
        GENERATED ALWAYS AS (video_document(title, tags, category, description)) STORED;

CREATE INDEX videos_search ON videos USING gin (search);
CREATE INDEX videos_tags ON videos USING gin (tags);
CREATE INDEX videos_category ON videos (category, created_at DESC, id DESC) WHERE category IS NOT NULL;
CREATE INDEX videos_thumbnails_due ON videos (id) WHERE thumbnail_source IS NOT NULL;
-- A view changes no index as long as the row fits where it was.
ALTER TABLE videos SET (fillfactor = 90);

-- Who was counted within the last hour: an account, or a keyed hash of an address that changes daily.
CREATE TABLE video_views (
    video_id uuid NOT NULL REFERENCES videos ON DELETE CASCADE,
    viewer bytea NOT NULL CHECK (octet_length(viewer) = 16),
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (video_id, viewer)
);
CREATE INDEX video_views_counted ON video_views (counted_at);

-- A task of a completed job, as verify is.
ALTER TYPE task_kind ADD VALUE 'thumbnail' AFTER 'verify';
