-- Editions become links of a chain and keep the recipe they are made again from; documents get
-- a life before and after their edition. Steps, texts and versions are only ever added.

-- +goose Up
ALTER TABLE edition ADD COLUMN seq    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE edition ADD COLUMN paper  TEXT   NOT NULL DEFAULT '';
ALTER TABLE edition ADD COLUMN recipe TEXT   NOT NULL DEFAULT '';
ALTER TABLE edition ADD COLUMN record TEXT   NOT NULL DEFAULT '';
ALTER TABLE edition ADD COLUMN prev   TEXT   NOT NULL DEFAULT '';
ALTER TABLE edition ADD COLUMN link   TEXT   NOT NULL DEFAULT '';
CREATE INDEX edition_seq ON edition (seq);

CREATE TABLE kept_text (
    hash TEXT  NOT NULL PRIMARY KEY,
    body BYTEA NOT NULL
);

CREATE TABLE paper (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    court      TEXT   NOT NULL DEFAULT '',
    period     TEXT   NOT NULL,
    origin     TEXT   NOT NULL,
    replaces   TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    who        TEXT   NOT NULL
);

CREATE TABLE paper_version (
    paper   TEXT   NOT NULL REFERENCES paper (id),
    version BIGINT NOT NULL,
    title   TEXT   NOT NULL,
    batch   BIGINT NOT NULL,
    recipe  TEXT   NOT NULL,
    body    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    who     TEXT   NOT NULL,
    PRIMARY KEY (paper, version)
);

CREATE TABLE paper_text (
    paper    TEXT   NOT NULL REFERENCES paper (id),
    sentence TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    who      TEXT   NOT NULL,
    PRIMARY KEY (paper, sentence, version)
);

CREATE TABLE paper_step (
    paper   TEXT   NOT NULL REFERENCES paper (id),
    seq     BIGINT NOT NULL,
    action  TEXT   NOT NULL,
    state   TEXT   NOT NULL,
    court   TEXT   NOT NULL DEFAULT '',
    edition TEXT   NOT NULL DEFAULT '',
    organ   TEXT   NOT NULL DEFAULT '',
    reason  TEXT   NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    who     TEXT   NOT NULL,
    PRIMARY KEY (paper, seq)
);

CREATE TABLE paper_recipient (
    paper TEXT NOT NULL REFERENCES paper (id),
    court TEXT NOT NULL,
    PRIMARY KEY (paper, court)
);
CREATE INDEX paper_recipient_court ON paper_recipient (court);

CREATE TABLE paper_attempt (
    id     BIGINT NOT NULL PRIMARY KEY,
    kind   TEXT   NOT NULL,
    court  TEXT   NOT NULL DEFAULT '',
    period TEXT   NOT NULL,
    state  TEXT   NOT NULL,
    note   TEXT   NOT NULL DEFAULT '',
    at     BIGINT NOT NULL
);
