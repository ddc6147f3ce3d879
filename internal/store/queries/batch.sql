-- name: batches
SELECT id, state, sealed, user_name, mapping, mapping_version, started_at, COALESCE(committed_at, 0), millis,
    rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, rows_flagged
FROM batch WHERE id = $1 OR $1 = 0 ORDER BY id DESC;

-- name: batch_files
SELECT batch, no, name, sha256, bytes, path FROM batch_file WHERE batch = $1 OR $1 = 0 ORDER BY batch, no;

-- name: batch_courts
SELECT batch, court FROM batch_court WHERE batch = $1 OR $1 = 0 ORDER BY batch, court;

-- name: batch_as_of
SELECT COALESCE(MAX(id), 0) FROM batch WHERE state = 'committed' AND committed_on <= $1;

-- name: batch_running
SELECT id FROM batch WHERE state = 'running' ORDER BY id;

-- name: batch_next
SELECT COALESCE(MAX(id), 0) + 1 FROM batch;

-- name: batch_insert
INSERT INTO batch (id, state, user_name, mapping, mapping_version, started_at) VALUES ($1, 'running', $2, $3, $4, $5);

-- name: batch_seal
UPDATE batch SET sealed = 1 WHERE id = $1;

-- name: batch_discard
UPDATE batch SET state = 'discarded' WHERE id = $1 AND state = 'running';

-- name: batch_commit
UPDATE batch SET state = 'committed', sealed = 1, committed_at = $2, committed_on = $3, millis = $4, rows_read = $5, rows_new = $6,
    rows_changed = $7, rows_unchanged = $8, rows_rejected = $9, rows_flagged = $10
WHERE id = $1 AND state = 'running';

-- name: batch_file_insert
INSERT INTO batch_file (batch, no, name, sha256, bytes, path) VALUES ($1, $2, $3, $4, $5, $6);

-- name: batch_court_insert
INSERT INTO batch_court (court, batch, cases, events, limits) VALUES ($1, $2, $3, $4, $5);

-- name: archive_part_insert
INSERT INTO archive_part (batch, no, part, data) VALUES ($1, $2, $3, $4);

-- name: archive_part
SELECT data FROM archive_part WHERE batch = $1 AND no = $2 AND part = $3;

-- name: epochs
SELECT court, MAX(batch) FROM batch_court WHERE cases + limits > 0 AND (batch <= $1 OR $1 = 0) GROUP BY court;

-- name: next_case_id
SELECT COALESCE(MAX(id), 0) + 1 FROM case_version;

-- name: next_event_id
SELECT COALESCE(MAX(id), 0) + 1 FROM event_version;

-- name: current_cases
SELECT id, key, hash FROM case_version WHERE court = $1 AND to_batch IS NULL;

-- name: current_events
SELECT id, case_key, ref, hash FROM event_version WHERE court = $1 AND to_batch IS NULL;

-- name: ledger_courts
SELECT DISTINCT court FROM batch_court ORDER BY court;

-- name: basis_insert
INSERT INTO basis (sha256, body) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING;

-- name: batch_basis
UPDATE batch SET basis = $2 WHERE id = $1;

-- name: basis
SELECT x.sha256, x.body FROM batch b JOIN basis x ON x.sha256 = b.basis WHERE b.id = $1;
