-- name: alerts
SELECT id, rule, key, court, title_zh, title_en, path, outside, state, looks, owner, opened_at, changed_at, gone FROM alert ORDER BY id;

-- name: alert_insert
INSERT INTO alert (id, rule, key, court, title_zh, title_en, path, outside, state, looks, owner, opened_at, changed_at, gone)
VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM alert), $1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12);

-- name: alert_update
UPDATE alert SET title_zh = $2, title_en = $3, path = $4, outside = $5, state = $6, looks = $7, changed_at = $8, gone = $9
WHERE id = $1 AND state = $10;

-- name: alert_move
UPDATE alert SET state = $3, owner = $4, changed_at = $5 WHERE id = $1 AND state = $2;

-- name: alert_steps
SELECT seq, at, who, action, note FROM alert_step WHERE alert = $1 ORDER BY seq;

-- name: alert_step_insert
INSERT INTO alert_step (alert, seq, at, who, action, note)
VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM alert_step WHERE alert = $1), $2, $3, $4, $5);

-- name: silences
SELECT id, rule, court, who, reason, from_at, end_at FROM silence ORDER BY id;

-- name: silence_insert
INSERT INTO silence (id, rule, court, who, reason, from_at, end_at)
VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM silence), $1, $2, $3, $4, $5, $6);

-- name: silence_end
UPDATE silence SET end_at = $2 WHERE id = $1 AND end_at > $2;

-- name: alert_answer_set
INSERT INTO alert_answer (alert, who, useful, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (alert, who) DO UPDATE SET useful = excluded.useful, at = excluded.at;

-- name: alert_usefulness
SELECT a.rule, SUM(CASE WHEN x.useful = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN x.useful = 1 THEN 0 ELSE 1 END)
FROM alert_answer x JOIN alert a ON a.id = x.alert GROUP BY a.rule ORDER BY a.rule;
