-- name: store_builtin
INSERT INTO presets (name, owner_id, spec) VALUES (%(name)s, NULL, %(spec)s)
ON CONFLICT ON CONSTRAINT presets_name_owner_key DO UPDATE SET spec = excluded.spec, updated_at = now()
WHERE presets.spec <> excluded.spec;

-- name: fetch_preset
SELECT spec FROM presets WHERE name = %(name)s AND (owner_id = %(owner_id)s OR owner_id IS NULL)
ORDER BY owner_id NULLS LAST LIMIT 1;

-- name: fetch_stored_preset
SELECT name, spec, owner_id IS NULL AS built_in, created_at, updated_at FROM presets
WHERE name = %(name)s AND (owner_id = %(owner_id)s OR owner_id IS NULL)
ORDER BY owner_id NULLS LAST LIMIT 1;

-- name: list_presets
-- Of a name that both have, the user's own.
SELECT DISTINCT ON (name) name, spec, owner_id IS NULL AS built_in, created_at, updated_at FROM presets
WHERE (owner_id = %(owner_id)s OR owner_id IS NULL) AND name > %(after)s
ORDER BY name, owner_id NULLS LAST LIMIT %(limit)s;

-- name: count_presets
SELECT count(DISTINCT name), count(owner_id) FROM presets WHERE owner_id = %(owner_id)s OR owner_id IS NULL;

-- name: insert_preset
INSERT INTO presets (name, owner_id, spec) VALUES (%(name)s, %(owner_id)s, %(spec)s)
ON CONFLICT ON CONSTRAINT presets_name_owner_key DO NOTHING
RETURNING name, spec, false AS built_in, created_at, updated_at;

-- name: replace_preset
UPDATE presets SET spec = %(spec)s, updated_at = now() WHERE name = %(name)s AND owner_id = %(owner_id)s
RETURNING name, spec, false AS built_in, created_at, updated_at;

-- name: delete_preset
DELETE FROM presets WHERE name = %(name)s AND owner_id = %(owner_id)s;

-- name: list_names
SELECT DISTINCT name FROM presets WHERE owner_id = %(owner_id)s OR owner_id IS NULL ORDER BY name;
