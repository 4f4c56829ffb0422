-- A source that somebody else holds is fetched into storage before its job is planned.

ALTER TYPE task_kind ADD VALUE 'fetch' BEFORE 'plan';
