-- What the roster says for the planning of loans: lines, languages and courts to avoid, each a list
-- of codes with blanks between them, and whether the judge is not to be lent (0 or 1).

-- +goose Up
ALTER TABLE roster ADD COLUMN lines TEXT NOT NULL DEFAULT '';
ALTER TABLE roster ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE roster ADD COLUMN avoid TEXT NOT NULL DEFAULT '';
ALTER TABLE roster ADD COLUMN stays BIGINT NOT NULL DEFAULT 0;
DROP VIEW v_roster;
CREATE VIEW v_roster AS
SELECT judge, name, court, division, post,
    to_char(DATE '1970-01-01' + from_day::int, 'YYYY-MM-DD') AS from_day, from_day AS from_day_n, to_char(DATE '1970-01-01' + to_day::int, 'YYYY-MM-DD') AS to_day, to_day AS to_day_n,
    lines, languages, avoid, stays
FROM roster;
