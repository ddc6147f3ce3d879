-- name: ack_insert
INSERT INTO warning_ack (who, court, key, stage, due, at, note) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: acks_of
SELECT who, court, key, stage, due, at, note FROM warning_ack WHERE who = $1 ORDER BY at, court, key, stage;

-- name: acks_on
SELECT who, court, key, stage, due, at, note FROM warning_ack WHERE court = $1 AND key = $2 ORDER BY at, who, stage;

-- name: digest_insert
INSERT INTO digest (who, day, at, cases, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: digests
SELECT who, day, at, cases, body FROM digest WHERE who = $1 AND ($2 = 0 OR day = $2) ORDER BY day DESC;
