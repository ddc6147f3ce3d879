-- The office's own papers about cases: applications for extension, deduction, suspension and
-- conversion, and outside appraisals. What happened is steps, only ever added; the state in
-- proceeding is their sum, kept for finding. An approval leaves its event in
-- proceeding_post in the same transaction, where it waits until the ledger has it.

-- +goose Up
CREATE TABLE proceeding (
    id         TEXT   NOT NULL PRIMARY KEY,
    series     TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    court      TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    case_no    TEXT   NOT NULL DEFAULT '',
    state      TEXT   NOT NULL,
    next       TEXT   NOT NULL DEFAULT '',
    steps      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (series, number)
);
CREATE INDEX proceeding_case ON proceeding (court, key);
CREATE INDEX proceeding_state ON proceeding (state);

CREATE TABLE proceeding_step (
    proceeding TEXT   NOT NULL REFERENCES proceeding (id),
    no         BIGINT NOT NULL,
    act        TEXT   NOT NULL,
    who        TEXT   NOT NULL,
    name       TEXT   NOT NULL DEFAULT '',
    role       TEXT   NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    day        BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (proceeding, no)
);

CREATE TABLE proceeding_post (
    proceeding TEXT   NOT NULL REFERENCES proceeding (id),
    no         BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    posted_at  BIGINT,
    batch      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (proceeding, no)
);
CREATE INDEX proceeding_waiting ON proceeding_post (posted_at);
