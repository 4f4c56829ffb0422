-- name: store_builtin
INSERT INTO presets (name, owner_id, spec) VALUES (%(name)s, NULL, %(spec)s)
ON CONFLICT ON CONSTRAINT presets_name_owner_key DO UPDATE SET spec = excluded.spec, updated_at = now()
WHERE presets.spec <> excluded.spec;

-- name: fetch_preset
SELECT spec FROM presets WHERE name = %(name)s AND (owner_id = %(owner_id)s OR owner_id IS NULL)
ORDER BY owner_id NULLS LAST LIMIT 1;

-- name: list_names
SELECT DISTINCT name FROM presets WHERE owner_id = %(owner_id)s OR owner_id IS NULL ORDER BY name;
