-- The time limit of every case as it was computed: valid from batch from_batch until before batch
-- to_batch (NULL: it stands) for the case version case_id, so that a ledger read as of a batch
-- shows what was computed then. limit_run says by which rules, settings and reporting day each
-- batch computed; limit_rules keeps the rules themselves, as files.

-- +goose Up
CREATE TABLE case_limit (
    court                 TEXT NOT NULL,
    case_id               BIGINT NOT NULL,
    from_batch            BIGINT NOT NULL,
    to_batch              BIGINT,
    limit_rule            TEXT NOT NULL DEFAULT '',
    limit_from_on         BIGINT,
    limit_base_due_on     BIGINT,
    limit_extended_due_on BIGINT,
    limit_due_on          BIGINT,
    limit_open_on         BIGINT,
    limit_net_closed_on   BIGINT,
    limit_extended        BIGINT,
    limit_deducted_days   BIGINT NOT NULL DEFAULT 0,
    limit_counted_days    BIGINT NOT NULL DEFAULT 0,
    limit_problem         TEXT NOT NULL DEFAULT '',
    limit_findings        TEXT NOT NULL DEFAULT '',
    law_on                BIGINT,
    months                BIGINT NOT NULL DEFAULT 0,
    days                  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, from_batch)
) WITHOUT ROWID;

CREATE INDEX case_limit_open ON case_limit (case_id) WHERE limit_open_on IS NOT NULL AND to_batch IS NULL;

CREATE TABLE limit_run (
    batch    BIGINT NOT NULL PRIMARY KEY REFERENCES batch (id),
    rules    BIGINT NOT NULL,           -- seq of limit_rules
    day      BIGINT NOT NULL,           -- reporting day: deductions that still run end on it
    settings TEXT   NOT NULL DEFAULT '{}',
    reach    BIGINT NOT NULL DEFAULT 0, -- 0 cases touched, 1 with those still running, 2 all
    computed BIGINT NOT NULL DEFAULT 0,
    written  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE limit_rules (
    seq         BIGINT NOT NULL PRIMARY KEY,
    sha256      TEXT   NOT NULL, -- of the files, whatever packs them
    body        BYTEA  NOT NULL, -- the files of the rules tree, zip
    accepted_at BIGINT NOT NULL,
    accepted_on BIGINT NOT NULL,
    user_name   TEXT   NOT NULL DEFAULT '',
    reason      TEXT   NOT NULL DEFAULT '',
    moved       BIGINT NOT NULL DEFAULT 0 -- cases whose date moved
);

ALTER TABLE batch_court ADD COLUMN limits BIGINT NOT NULL DEFAULT 0; -- limits written

DROP VIEW v_case;
DROP VIEW v_case_version;

CREATE VIEW v_case_version AS
SELECT
    c.id,
    c.key,
    c.court,
    c.case_no,
    c.type_code,
    c.line,
    c.instance,
    c.procedure,
    c.cause,
    c.division,
    c.judge,
    c.clerk,
    date(c.filed_on * 86400, 'unixepoch') AS filed_on, c.filed_on AS filed_on_n,
    date(c.limit_start_on * 86400, 'unixepoch') AS limit_start_on, c.limit_start_on AS limit_start_on_n,
    date(c.due_on * 86400, 'unixepoch') AS due_on, c.due_on AS due_on_n,
    date(c.closed_on * 86400, 'unixepoch') AS closed_on, c.closed_on AS closed_on_n,
    c.closing_way,
    date(c.heard_on * 86400, 'unixepoch') AS heard_on, c.heard_on AS heard_on_n,
    date(c.effective_on * 86400, 'unixepoch') AS effective_on, c.effective_on AS effective_on_n,
    c.related_no,
    c.relation,
    date(c.appealed_on * 86400, 'unixepoch') AS appealed_on, c.appealed_on AS appealed_on_n,
    date(c.transferred_on * 86400, 'unixepoch') AS transferred_on, c.transferred_on AS transferred_on_n,
    date(c.appeal_closed_on * 86400, 'unixepoch') AS appeal_closed_on, c.appeal_closed_on AS appeal_closed_on_n,
    c.appeal_result,
    date(c.retrial_applied_on * 86400, 'unixepoch') AS retrial_applied_on, c.retrial_applied_on AS retrial_applied_on_n,
    date(c.retrial_ordered_on * 86400, 'unixepoch') AS retrial_ordered_on, c.retrial_ordered_on AS retrial_ordered_on_n,
    date(c.retrial_closed_on * 86400, 'unixepoch') AS retrial_closed_on, c.retrial_closed_on AS retrial_closed_on_n,
    c.retrial_result,
    date(c.enforcement_applied_on * 86400, 'unixepoch') AS enforcement_applied_on, c.enforcement_applied_on AS enforcement_applied_on_n,
    c.claimed,
    c.recovered,
    date(c.extended_on * 86400, 'unixepoch') AS extended_on, c.extended_on AS extended_on_n,
    c.deducted_days,
    date(c.suspended_on * 86400, 'unixepoch') AS suspended_on, c.suspended_on AS suspended_on_n,
    c.published,
    date(c.published_on * 86400, 'unixepoch') AS published_on, c.published_on AS published_on_n,
    c.foreign_related,
    date(c.petition_on * 86400, 'unixepoch') AS petition_on, c.petition_on AS petition_on_n,
    date(c.suggestion_sent_on * 86400, 'unixepoch') AS suggestion_sent_on, c.suggestion_sent_on AS suggestion_sent_on_n,
    date(c.suggestion_answered_on * 86400, 'unixepoch') AS suggestion_answered_on, c.suggestion_answered_on AS suggestion_answered_on_n,
    COALESCE(l.limit_rule, '') AS limit_rule,
    date(l.limit_from_on * 86400, 'unixepoch') AS limit_from_on, l.limit_from_on AS limit_from_on_n,
    date(l.limit_base_due_on * 86400, 'unixepoch') AS limit_base_due_on, l.limit_base_due_on AS limit_base_due_on_n,
    date(l.limit_extended_due_on * 86400, 'unixepoch') AS limit_extended_due_on, l.limit_extended_due_on AS limit_extended_due_on_n,
    date(l.limit_due_on * 86400, 'unixepoch') AS limit_due_on, l.limit_due_on AS limit_due_on_n,
    date(l.limit_open_on * 86400, 'unixepoch') AS limit_open_on, l.limit_open_on AS limit_open_on_n,
    date(l.limit_net_closed_on * 86400, 'unixepoch') AS limit_net_closed_on, l.limit_net_closed_on AS limit_net_closed_on_n,
    l.limit_extended,
    COALESCE(l.limit_deducted_days, 0) AS limit_deducted_days,
    COALESCE(l.limit_counted_days, 0) AS limit_counted_days,
    COALESCE(l.limit_problem, '') AS limit_problem,
    COALESCE(l.limit_findings, '') AS limit_findings,
    c.from_batch, c.to_batch,
    COALESCE(f.name, '') AS file, c.sheet, c.row_no AS row,
    c.flags, CASE WHEN c.extra = '' THEN '{}' ELSE c.extra END AS extra
FROM case_version c LEFT JOIN batch_file f ON f.batch = c.from_batch AND f.no = c.file_no
    LEFT JOIN case_limit l ON l.court = c.court AND l.case_id = c.id AND l.to_batch IS NULL;

CREATE VIEW v_case AS SELECT * FROM v_case_version WHERE to_batch IS NULL;

CREATE VIEW v_case_limit AS
SELECT
    c.court, c.key, c.case_no, l.case_id,
    l.limit_rule,
    date(l.limit_from_on * 86400, 'unixepoch') AS limit_from_on, l.limit_from_on AS limit_from_on_n,
    date(l.limit_base_due_on * 86400, 'unixepoch') AS limit_base_due_on, l.limit_base_due_on AS limit_base_due_on_n,
    date(l.limit_extended_due_on * 86400, 'unixepoch') AS limit_extended_due_on, l.limit_extended_due_on AS limit_extended_due_on_n,
    date(l.limit_due_on * 86400, 'unixepoch') AS limit_due_on, l.limit_due_on AS limit_due_on_n,
    date(l.limit_open_on * 86400, 'unixepoch') AS limit_open_on, l.limit_open_on AS limit_open_on_n,
    date(l.limit_net_closed_on * 86400, 'unixepoch') AS limit_net_closed_on, l.limit_net_closed_on AS limit_net_closed_on_n,
    l.limit_extended,
    l.limit_deducted_days,
    l.limit_counted_days,
    l.limit_problem,
    l.limit_findings,
    date(l.law_on * 86400, 'unixepoch') AS law_on, l.law_on AS law_on_n,
    l.months, l.days, l.from_batch, l.to_batch, r.rules, r.day AS day_n, r.settings
FROM case_limit l JOIN case_version c ON c.court = l.court AND c.id = l.case_id
    LEFT JOIN limit_run r ON r.batch = l.from_batch;
