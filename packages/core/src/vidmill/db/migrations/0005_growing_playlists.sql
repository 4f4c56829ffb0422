-- A video plays while it is being made: what running tasks have finished so far, and how much of a job
-- its playlists name.

-- Of a running task: the part of its result that is verified and in storage. It outlives the attempt
-- that made it, for the files are there; whoever takes the task over replaces it.
CREATE TABLE partial_results (
    task_id uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    result  jsonb NOT NULL
);

-- Of a job that is being made: segments named by its playlists so far. Never fewer than before: players
-- have read the longer ones (RFC 8216, 6.2.1).
CREATE TABLE growing_playlists (
    job_id         uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    video_segments integer NOT NULL CHECK (video_segments > 0),
    audio_segments integer NOT NULL CHECK (audio_segments >= 0)
);
