-- name: limit_runs
SELECT r.batch, r.rules, r.day, r.settings, r.reach, r.computed, r.written
FROM limit_run r JOIN batch b ON b.id = r.batch WHERE b.state = 'committed' ORDER BY r.batch;

-- name: limit_run_insert
INSERT INTO limit_run (batch, rules, day, settings, reach, computed, written) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: limit_rules
SELECT seq, sha256, body, accepted_on, user_name, reason, moved FROM limit_rules
WHERE seq = $1 OR $1 = 0 ORDER BY seq DESC LIMIT 1;

-- name: limit_rules_next
SELECT COALESCE(MAX(seq), 0) + 1 FROM limit_rules;

-- name: limit_rules_insert
INSERT INTO limit_rules (seq, sha256, body, accepted_at, accepted_on, user_name, reason, moved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: open_limits
SELECT (SELECT COUNT(*) FROM case_limit l JOIN case_version c ON c.court = l.court AND c.id = l.case_id AND c.to_batch IS NULL
        WHERE l.to_batch IS NULL AND l.limit_open_on IS NOT NULL),
    (SELECT r.day FROM limit_run r JOIN batch b ON b.id = r.batch WHERE b.state = 'committed' ORDER BY r.batch DESC LIMIT 1);
