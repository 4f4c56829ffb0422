-- A video that is to be fetched has no ETag, and nothing of it is there to be told of. It counts as
-- uploaded when it is.

DROP TRIGGER videos_record_events ON videos;
CREATE TRIGGER videos_record_events AFTER INSERT ON videos
    FOR EACH ROW WHEN (NEW.etag <> '') EXECUTE FUNCTION record_video_events();
CREATE TRIGGER videos_record_fetched AFTER UPDATE OF etag ON videos
    FOR EACH ROW WHEN (OLD.etag = '' AND NEW.etag <> '') EXECUTE FUNCTION record_video_events();
