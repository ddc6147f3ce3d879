-- Imports: one batch each, its archived files, the courts it touched, its issue list.
-- Instants are milliseconds since 1970 in UTC; committed_on is the office's own day.

-- +goose Up
CREATE TABLE batch (
    id              BIGINT NOT NULL PRIMARY KEY,
    state           TEXT   NOT NULL CHECK (state IN ('running', 'committed', 'discarded')),
    sealed          BIGINT NOT NULL DEFAULT 0, -- 1: all input files are archived
    user_name       TEXT   NOT NULL DEFAULT '',
    mapping         TEXT   NOT NULL DEFAULT '',
    mapping_version BIGINT NOT NULL DEFAULT 0,
    started_at      BIGINT NOT NULL,
    committed_at    BIGINT,
    committed_on    BIGINT,
    millis          BIGINT NOT NULL DEFAULT 0,
    rows_read       BIGINT NOT NULL DEFAULT 0,
    rows_new        BIGINT NOT NULL DEFAULT 0,
    rows_changed    BIGINT NOT NULL DEFAULT 0,
    rows_unchanged  BIGINT NOT NULL DEFAULT 0,
    rows_rejected   BIGINT NOT NULL DEFAULT 0,
    rows_flagged    BIGINT NOT NULL DEFAULT 0,
    CHECK (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected),
    CHECK (rows_flagged <= rows_read - rows_rejected)
);

CREATE TABLE batch_file (
    batch  BIGINT NOT NULL REFERENCES batch (id),
    no     BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    sha256 TEXT   NOT NULL,
    bytes  BIGINT NOT NULL,
    path   TEXT   NOT NULL DEFAULT '', -- empty: the content lies in archive_part
    PRIMARY KEY (batch, no),
    UNIQUE (batch, name)
);

CREATE TABLE archive_part (
    batch BIGINT NOT NULL,
    no    BIGINT NOT NULL,
    part  BIGINT NOT NULL,
    data  BYTEA  NOT NULL, -- a piece of the gzip stream
    PRIMARY KEY (batch, no, part)
);

CREATE TABLE batch_court (
    court  TEXT   NOT NULL,
    batch  BIGINT NOT NULL,
    cases  BIGINT NOT NULL, -- case versions written
    events BIGINT NOT NULL, -- event versions written
    PRIMARY KEY (court, batch)
);

CREATE TABLE issue (
    court    TEXT   NOT NULL,
    batch    BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    file_no  BIGINT NOT NULL,
    sheet    TEXT   NOT NULL DEFAULT '',
    row_no   BIGINT NOT NULL,
    col      TEXT   NOT NULL DEFAULT '',
    value    TEXT   NOT NULL DEFAULT '',
    rule     TEXT   NOT NULL,
    remedy   TEXT   NOT NULL DEFAULT '',
    rejected BIGINT NOT NULL,
    PRIMARY KEY (batch, seq, court)
);
