-- name: edition_tail
SELECT seq, link FROM edition ORDER BY seq DESC LIMIT 1;

-- name: kept_text
SELECT body FROM kept_text WHERE hash = $1;

-- name: kept_text_insert
INSERT INTO kept_text (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING;

-- name: paper_insert
INSERT INTO paper (id, kind, court, period, origin, replaces, created_at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: papers
SELECT p.id, p.kind, p.court, p.period, p.origin, p.replaces, p.created_at, p.who,
       s.seq, s.state, s.at, s.who, v.version, v.title, v.batch,
       COALESCE((SELECT i.edition FROM paper_step i WHERE i.paper = p.id AND i.action = 'issue'), '')
FROM paper p
JOIN paper_step s ON s.paper = p.id AND s.seq = (SELECT MAX(x.seq) FROM paper_step x WHERE x.paper = p.id)
JOIN paper_version v ON v.paper = p.id AND v.version = (SELECT MAX(x.version) FROM paper_version x WHERE x.paper = p.id)
WHERE (p.id = $1 OR $1 = '')
  AND ($2 = '' OR EXISTS (SELECT 1 FROM paper_recipient r WHERE r.paper = p.id AND r.court = $2))
ORDER BY p.period DESC, p.kind, p.court, p.id;

-- name: paper_version_insert
INSERT INTO paper_version (paper, version, title, batch, recipe, body, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: paper_versions
SELECT version, title, batch, recipe, body, at, who FROM paper_version WHERE paper = $1 ORDER BY version;

-- name: paper_text_insert
INSERT INTO paper_text (paper, sentence, version, body, at, who) VALUES ($1, $2, $3, $4, $5, $6);

-- name: paper_texts
SELECT sentence, version, body, at, who FROM paper_text WHERE paper = $1 ORDER BY sentence, version;

-- name: paper_step_insert
INSERT INTO paper_step (paper, seq, action, state, court, edition, organ, reason, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: paper_steps
SELECT seq, action, state, court, edition, organ, reason, at, who FROM paper_step WHERE paper = $1 ORDER BY seq;

-- name: paper_recipient_insert
INSERT INTO paper_recipient (paper, court) VALUES ($1, $2);

-- name: paper_recipients
SELECT paper, court FROM paper_recipient WHERE paper = $1 OR $1 = '' ORDER BY paper, court;

-- name: paper_attempt_insert
INSERT INTO paper_attempt (id, kind, court, period, state, note, at)
VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM paper_attempt), $1, $2, $3, $4, $5, $6);

-- name: paper_attempts
SELECT kind, court, period, state, note, at FROM paper_attempt ORDER BY id DESC LIMIT $1;
