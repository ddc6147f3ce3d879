-- What a batch wrote is looked up by the batch: the pages of changes, restatements.

-- +goose Up
CREATE INDEX case_version_batch ON case_version (from_batch);
