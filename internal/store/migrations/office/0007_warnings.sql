-- Warnings before the end of a time limit: who took note of which stage, and the digest that a
-- person got on a day. Both are only ever added.

-- +goose Up
CREATE TABLE warning_ack (
    who   TEXT   NOT NULL,
    court TEXT   NOT NULL,
    key   TEXT   NOT NULL,
    stage TEXT   NOT NULL,
    due   BIGINT NOT NULL,
    at    BIGINT NOT NULL,
    note  TEXT   NOT NULL,
    PRIMARY KEY (who, court, key, stage, due)
);
CREATE INDEX warning_ack_case ON warning_ack (court, key);

CREATE TABLE digest (
    who   TEXT   NOT NULL,
    day   BIGINT NOT NULL,
    at    BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    body  TEXT   NOT NULL,
    PRIMARY KEY (who, day)
);
