-- Small files that edits need are uploaded as videos are, and do not become any.

CREATE TYPE upload_purpose AS ENUM ('video', 'watermark', 'subtitles');

ALTER TABLE uploads
    ADD COLUMN purpose upload_purpose NOT NULL DEFAULT 'video',
    -- Pins the content of a completed upload that is no video; videos have their own.
    ADD COLUMN etag text,
    ADD CONSTRAINT uploads_purpose CHECK (purpose = 'video' OR (video_id IS NULL AND mode = 'single')),
    ADD CONSTRAINT uploads_pinned CHECK ((etag IS NOT NULL) = (purpose <> 'video' AND status = 'completed'));
