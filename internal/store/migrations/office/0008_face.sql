-- Doubts about a case or a figure while the figures of a period are open for correction, and
-- the answers to them. Both are only ever added.

-- +goose Up
CREATE TABLE doubt (
    id     BIGINT NOT NULL PRIMARY KEY,
    period TEXT   NOT NULL,
    court  TEXT   NOT NULL, -- the court that doubts, empty: the city
    about  TEXT   NOT NULL, -- JSON: the case, or the figure as it was shown
    who    TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    body   TEXT   NOT NULL
);

CREATE TABLE doubt_answer (
    doubt   BIGINT NOT NULL REFERENCES doubt (id),
    no      BIGINT NOT NULL,
    outcome TEXT   NOT NULL,
    who     TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    PRIMARY KEY (doubt, no)
);
