-- Progressive MP4s are a task of their own, beside the stills: both only need finished segments.

ALTER TYPE task_kind ADD VALUE 'mp4' AFTER 'images';
