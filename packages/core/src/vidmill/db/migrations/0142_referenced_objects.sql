-- A video may refer to an object of another bucket ("s3://bucket/key"). Each of its owners has a video
-- of each version of it that they used; of our own bucket's objects there is one anyway, for their keys
-- hold an id.

CREATE UNIQUE INDEX videos_object ON videos (object_key, owner_id, etag);
ALTER TABLE videos DROP CONSTRAINT videos_object_key_key;
