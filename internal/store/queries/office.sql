-- name: users
SELECT id, login, name, hash, role, city, court, division, judge, disabled, created_at FROM account
WHERE login = $1 OR $1 = '' ORDER BY id;

-- name: user_insert
INSERT INTO account (id, login, name, hash, role, city, court, division, judge, disabled, created_at)
VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM account), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: user_update
UPDATE account SET name = $2, hash = $3, role = $4, city = $5, court = $6, division = $7, judge = $8, disabled = $9 WHERE login = $1;

-- name: setting
SELECT value FROM setting WHERE name = $1;

-- name: setting_set
INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: session_find
SELECT data FROM session WHERE token = $1 AND expires > $2;

-- name: session_all
SELECT token, data FROM session WHERE expires > $1;

-- name: session_set
INSERT INTO session (token, data, expires) VALUES ($1, $2, $3)
ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires = excluded.expires;

-- name: session_delete
DELETE FROM session WHERE token = $1;

-- name: session_expire
DELETE FROM session WHERE expires <= $1;

-- name: audit_last
SELECT seq, at, who, action, object, detail, prev, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: audit_after
SELECT seq, at, who, action, object, detail, prev, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2;

-- name: audit_before
SELECT seq, at, who, action, object, detail, prev, hash FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2;

-- name: audit_of
SELECT seq, at, who, action, object, detail, prev, hash FROM audit WHERE action = $1 AND at >= $2 ORDER BY seq DESC;

-- name: audit_insert
INSERT INTO audit (seq, at, who, action, object, detail, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: edition_insert
INSERT INTO edition (id, kind, title, court, period, batch, created_at, who, program, hash, seq, paper, recipe, record, prev, link)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: edition_file_insert
INSERT INTO edition_file (edition, seq, name, media, sha256, bytes, data) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: editions
SELECT id, kind, title, court, period, batch, created_at, who, program, hash, seq, paper, recipe, record, prev, link FROM edition
WHERE id = $1 OR $1 = '' ORDER BY created_at DESC, id DESC;

-- name: edition_files
SELECT edition, name, media, sha256, bytes FROM edition_file ORDER BY edition, seq;

-- name: edition_data
SELECT edition, name, media, sha256, bytes, data FROM edition_file WHERE edition = $1 ORDER BY seq;
