-- The office's own lists and the saved column mappings. Days are integers since 1970-01-01.

-- +goose Up
CREATE TABLE court (
    code   TEXT   NOT NULL PRIMARY KEY,
    name   TEXT   NOT NULL DEFAULT '',
    level  BIGINT NOT NULL DEFAULT 0,
    parent TEXT   NOT NULL DEFAULT '',
    seq    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE division (
    court TEXT   NOT NULL,
    id    TEXT   NOT NULL,
    name  TEXT   NOT NULL DEFAULT '',
    line  TEXT   NOT NULL DEFAULT '',
    seq   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (court, id)
);

CREATE TABLE cause (
    code   TEXT   NOT NULL PRIMARY KEY,
    name   TEXT   NOT NULL DEFAULT '',
    parent TEXT   NOT NULL DEFAULT '',
    level  BIGINT NOT NULL DEFAULT 0,
    line   TEXT   NOT NULL DEFAULT '',
    seq    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE roster (
    court    TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    judge    TEXT   NOT NULL,
    name     TEXT   NOT NULL DEFAULT '',
    division TEXT   NOT NULL DEFAULT '',
    post     TEXT   NOT NULL DEFAULT '',
    from_day BIGINT,
    to_day   BIGINT,
    PRIMARY KEY (court, seq)
);

CREATE TABLE mapping (
    name      TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    body      TEXT   NOT NULL,
    user_name TEXT   NOT NULL DEFAULT '',
    saved_at  BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);
