-- name: doubts
SELECT id, period, court, about, who, at, body FROM doubt WHERE (id = $1 OR $1 = 0) AND (court = $2 OR $2 = '') ORDER BY id DESC;

-- name: doubt_answers
SELECT a.doubt, a.outcome, a.who, a.at, a.body FROM doubt_answer a JOIN doubt d ON d.id = a.doubt
WHERE (d.id = $1 OR $1 = 0) AND (d.court = $2 OR $2 = '') ORDER BY a.doubt, a.no;

-- name: doubt_insert
INSERT INTO doubt (id, period, court, about, who, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: doubt_next
SELECT COALESCE(MAX(id), 0) + 1 FROM doubt;

-- name: doubt_answer_insert
INSERT INTO doubt_answer (doubt, no, outcome, who, at, body)
VALUES ($1, (SELECT COALESCE(MAX(no), 0) + 1 FROM doubt_answer WHERE doubt = $1), $2, $3, $4, $5);
