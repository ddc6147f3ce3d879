-- What people add at their desks: tokens for programs, notes on cases, and the office's own
-- decisions, such as an indicator adopted or the day a month stays open for correction.
-- Notes and decisions are only ever added.

-- +goose Up
CREATE TABLE token (
    hash       TEXT   NOT NULL PRIMARY KEY,
    login      TEXT   NOT NULL,
    name       TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX token_login ON token (login);

CREATE TABLE note (
    id    BIGINT NOT NULL PRIMARY KEY,
    court TEXT   NOT NULL,
    key   TEXT   NOT NULL,
    who   TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    body  TEXT   NOT NULL
);
CREATE INDEX note_case ON note (court, key);

CREATE TABLE decision (
    kind    TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    who     TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);
