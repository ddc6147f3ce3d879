-- The batch ($1), courts ($2) and ids ($3) of many versions.

-- name: case_close_all
UPDATE case_version v SET to_batch = $1 FROM unnest($2::text[], $3::bigint[]) AS u (court, id) WHERE v.court = u.court AND v.id = u.id;

-- name: event_close_all
UPDATE event_version v SET to_batch = $1 FROM unnest($2::text[], $3::bigint[]) AS u (court, id) WHERE v.court = u.court AND v.id = u.id;

-- name: case_drop_all
DELETE FROM case_version v USING unnest($2::text[], $3::bigint[]) AS u (court, id)
WHERE v.from_batch = $1 AND v.court = u.court AND v.id = u.id;

-- name: limit_close_all
UPDATE case_limit l SET to_batch = $1 FROM unnest($2::text[], $3::bigint[]) AS u (court, id)
WHERE l.court = u.court AND l.case_id = u.id AND l.to_batch IS NULL;

-- name: limit_drop_all
DELETE FROM case_limit l USING unnest($2::text[], $3::bigint[]) AS u (court, id)
WHERE l.from_batch = $1 AND l.court = u.court AND l.case_id = u.id;
