-- Which encoders in graphics hardware worked when a worker started, as FFmpeg names them: a plan uses
-- one only where every worker has it, as the chunks of a video must join.
ALTER TABLE workers ADD COLUMN encoders text[] NOT NULL DEFAULT '{}';
