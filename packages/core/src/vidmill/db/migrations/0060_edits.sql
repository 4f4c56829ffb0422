-- What is done to a job's video before it is encoded; NULL where nothing is.
ALTER TABLE jobs ADD COLUMN edits jsonb CHECK (jsonb_typeof(edits) = 'object');
