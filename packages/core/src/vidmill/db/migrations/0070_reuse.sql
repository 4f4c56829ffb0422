-- The same source with the same settings is encoded once.

-- Which published tracks there are of which source and settings. A row goes with its job.
CREATE TABLE reusable_tracks (
    job_id   uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- The track's directory: "720p", "audio".
    name     text NOT NULL,
    -- Reuse stays within an owner: nobody learns what others have.
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- SHA-256 of the source's identity and of all settings that decide the track's content.
    key      bytea NOT NULL CHECK (octet_length(key) = 32),
    PRIMARY KEY (job_id, name)
);
CREATE INDEX reusable_tracks_key ON reusable_tracks (owner_id, key);

-- Whether a job may take over what was made before; false encodes everything anew.
ALTER TABLE jobs ADD COLUMN reuse boolean NOT NULL DEFAULT true;
