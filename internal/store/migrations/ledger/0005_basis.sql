-- What besides the files decided how the rows of a batch were read: mapping text, lists. Kept
-- once for every content; batches name it by its SHA-256.

-- +goose Up
CREATE TABLE basis (
    sha256 TEXT  NOT NULL PRIMARY KEY,
    body   BYTEA NOT NULL -- gzip
);

ALTER TABLE batch ADD COLUMN basis TEXT NOT NULL DEFAULT '';
