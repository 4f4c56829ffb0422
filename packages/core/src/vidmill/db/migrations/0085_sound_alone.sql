-- A job may make sound alone: its playlists grow by that.

ALTER TABLE growing_playlists
    DROP CONSTRAINT growing_playlists_video_segments_check,
    ADD CONSTRAINT growing_playlists_video_segments_check CHECK (video_segments >= 0),
    ADD CONSTRAINT growing_playlists_name_something CHECK (video_segments + audio_segments > 0);
