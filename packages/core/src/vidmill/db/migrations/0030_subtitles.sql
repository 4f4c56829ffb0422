-- A source's own text becomes WebVTT in a task of its own, and files say what language they are in.

ALTER TYPE task_kind ADD VALUE 'subtitles' AFTER 'mp4';

ALTER TABLE assets
    -- Of sound and text, as in BCP 47.
    ADD COLUMN language text,
    -- What players call it.
    ADD COLUMN label text;
