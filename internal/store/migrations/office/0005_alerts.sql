-- Alerts: signals that were raised, what people did with them, what keeps a rule quiet, and
-- whether an alert was useful. Steps, silences and answers are only ever added; a silence ends
-- by itself or earlier.

-- +goose Up
CREATE TABLE alert (
    id         BIGINT   NOT NULL PRIMARY KEY,
    rule       TEXT     NOT NULL,
    key        TEXT     NOT NULL,
    court      TEXT     NOT NULL DEFAULT '',
    title_zh   TEXT     NOT NULL,
    title_en   TEXT     NOT NULL,
    path       TEXT     NOT NULL,
    outside    SMALLINT NOT NULL,
    state      TEXT     NOT NULL,
    looks      BIGINT   NOT NULL,
    owner      TEXT     NOT NULL DEFAULT '',
    opened_at  BIGINT   NOT NULL,
    changed_at BIGINT   NOT NULL,
    gone       SMALLINT NOT NULL DEFAULT 0,
    UNIQUE (rule, key)
);

CREATE TABLE alert_step (
    alert  BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    action TEXT   NOT NULL,
    note   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (alert, seq)
);

CREATE TABLE silence (
    id      BIGINT NOT NULL PRIMARY KEY,
    rule    TEXT   NOT NULL,
    court   TEXT   NOT NULL DEFAULT '',
    who     TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    from_at BIGINT NOT NULL,
    end_at  BIGINT NOT NULL
);

CREATE TABLE alert_answer (
    alert  BIGINT   NOT NULL,
    who    TEXT     NOT NULL,
    useful SMALLINT NOT NULL,
    at     BIGINT   NOT NULL,
    PRIMARY KEY (alert, who)
);
