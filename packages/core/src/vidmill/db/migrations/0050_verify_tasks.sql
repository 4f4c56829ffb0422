-- The proof of a published job can be repeated: a task of a job that is completed, and stays so.

ALTER TYPE task_kind ADD VALUE 'verify' AFTER 'package';
