-- name: courts
SELECT code, name, level, parent, seq FROM court ORDER BY seq, code;

-- name: court_insert
INSERT INTO court (code, name, level, parent, seq) VALUES ($1, $2, $3, $4, $5);

-- name: divisions
SELECT d.id, d.court, d.name, d.line, d.seq FROM division d LEFT JOIN court c ON c.code = d.court
ORDER BY COALESCE(c.seq, 1000000), d.court, d.seq, d.id;

-- name: division_insert
INSERT INTO division (id, court, name, line, seq) VALUES ($1, $2, $3, $4, $5);

-- name: causes
SELECT code, name, parent, level, line FROM cause ORDER BY seq, code;

-- name: cause_insert
INSERT INTO cause (code, name, parent, level, line, seq) VALUES ($1, $2, $3, $4, $5, $6);

-- name: roster
SELECT judge, name, court, division, post, from_day, to_day, lines, languages, avoid, stays FROM roster ORDER BY seq, court;

-- name: roster_insert
INSERT INTO roster (seq, judge, name, court, division, post, from_day, to_day, lines, languages, avoid, stays)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: mappings
SELECT name, version, body, user_name, saved_at FROM mapping ORDER BY name, version DESC;

-- name: mapping
SELECT name, version, body, user_name, saved_at FROM mapping WHERE name = $1 AND (version = $2 OR $2 = 0)
ORDER BY version DESC LIMIT 1;

-- name: mapping_insert
INSERT INTO mapping (name, version, body, user_name, saved_at) VALUES ($1, $2, $3, $4, $5);
