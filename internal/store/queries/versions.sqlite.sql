-- The batch ($1), court ($2) and id ($3) of one version.

-- name: case_close
UPDATE case_version SET to_batch = $1 WHERE court = $2 AND id = $3;

-- name: event_close
UPDATE event_version SET to_batch = $1 WHERE court = $2 AND id = $3;

-- name: case_drop
DELETE FROM case_version WHERE from_batch = $1 AND court = $2 AND id = $3;

-- name: limit_close
UPDATE case_limit SET to_batch = $1 WHERE court = $2 AND case_id = $3 AND to_batch IS NULL;

-- name: limit_drop
DELETE FROM case_limit WHERE from_batch = $1 AND court = $2 AND case_id = $3;
