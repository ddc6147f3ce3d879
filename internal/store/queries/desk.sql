-- name: tokens
SELECT hash, login, name, created_at, COALESCE(ended_at, -1) FROM token WHERE login = $1 OR $1 = '' ORDER BY created_at, hash;

-- name: token_login
SELECT login FROM token WHERE hash = $1 AND ended_at IS NULL;

-- name: token_insert
INSERT INTO token (hash, login, name, created_at) VALUES ($1, $2, $3, $4);

-- name: token_end
UPDATE token SET ended_at = $3 WHERE login = $1 AND hash = $2 AND ended_at IS NULL;

-- name: notes
SELECT id, court, key, who, at, body FROM note WHERE court = $1 AND key = $2 ORDER BY id;

-- name: note_insert
INSERT INTO note (id, court, key, who, at, body) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM note), $1, $2, $3, $4, $5);

-- name: decisions
SELECT kind, name, version, body, reason, who, at FROM decision WHERE kind = $1 ORDER BY name, version;

-- name: decision_insert
INSERT INTO decision (kind, name, version, body, reason, who, at)
VALUES ($1, $2, (SELECT COALESCE(MAX(version), 0) + 1 FROM decision WHERE kind = $1 AND name = $2), $3, $4, $5, $6);
