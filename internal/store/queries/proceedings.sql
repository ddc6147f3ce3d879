-- name: proceedings
SELECT id, kind, court, key, case_no, state, next, steps, created_at FROM proceeding
WHERE ($1 = '' OR court = $1) AND ($2 = '' OR key = $2) AND ($3 = '' OR kind = $3) AND ($4 = '' OR state = $4)
ORDER BY court, series, number;

-- name: proceeding
SELECT id, kind, court, key, case_no, state, next, steps, created_at FROM proceeding WHERE id = $1;

-- name: proceeding_number
SELECT COALESCE(MAX(number), 0) + 1 FROM proceeding WHERE series = $1;

-- name: proceeding_insert
INSERT INTO proceeding (id, series, number, kind, court, key, case_no, state, next, steps, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10);

-- name: proceeding_advance
UPDATE proceeding SET state = $3, next = $4, steps = steps + 1 WHERE id = $1 AND steps = $2;

-- name: proceeding_steps
SELECT act, who, name, role, at, day, body FROM proceeding_step WHERE proceeding = $1 ORDER BY no;

-- name: proceeding_step_insert
INSERT INTO proceeding_step (proceeding, no, act, who, name, role, at, day, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: proceeding_post_insert
INSERT INTO proceeding_post (proceeding, no, body, created_at) VALUES ($1, $2, $3, $4);

-- name: proceeding_waiting
SELECT proceeding, no, body, created_at FROM proceeding_post WHERE posted_at IS NULL ORDER BY created_at, proceeding, no;

-- name: proceeding_posted
UPDATE proceeding_post SET posted_at = $3, batch = $4 WHERE proceeding = $1 AND no = $2 AND posted_at IS NULL;
