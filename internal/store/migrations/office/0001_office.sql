-- The office: accounts, sessions, settings, audit chain, issued editions. Embedded, these
-- tables lie in a database file of their own, so that signing in never waits for an import.

-- +goose Up
CREATE TABLE account (
    id         BIGINT NOT NULL PRIMARY KEY,
    login      TEXT   NOT NULL UNIQUE,
    name       TEXT   NOT NULL DEFAULT '',
    hash       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    city       BIGINT NOT NULL DEFAULT 0,
    court      TEXT   NOT NULL DEFAULT '',
    division   TEXT   NOT NULL DEFAULT '',
    judge      TEXT   NOT NULL DEFAULT '',
    disabled   BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    token   TEXT   NOT NULL PRIMARY KEY,
    data    BYTEA  NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE audit (
    seq    BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    action TEXT   NOT NULL,
    object TEXT   NOT NULL DEFAULT '',
    detail TEXT   NOT NULL DEFAULT '',
    prev   TEXT   NOT NULL DEFAULT '',
    hash   TEXT   NOT NULL
);

CREATE TABLE edition (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    title      TEXT   NOT NULL DEFAULT '',
    court      TEXT   NOT NULL DEFAULT '',
    period     TEXT   NOT NULL,
    batch      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    who        TEXT   NOT NULL DEFAULT '',
    program    TEXT   NOT NULL DEFAULT '',
    hash       TEXT   NOT NULL
);

CREATE TABLE edition_file (
    edition TEXT   NOT NULL REFERENCES edition (id),
    seq     BIGINT NOT NULL,
    name    TEXT   NOT NULL,
    media   TEXT   NOT NULL DEFAULT '',
    sha256  TEXT   NOT NULL,
    bytes   BIGINT NOT NULL,
    data    BYTEA  NOT NULL,
    PRIMARY KEY (edition, seq),
    UNIQUE (edition, name)
);
