-- What queries read: days as text YYYY-MM-DD beside the integer column <name>_n; v_case and
-- v_event show the current ledger, v_case_version and v_event_version every version.

-- +goose Up
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
    to_char(DATE '1970-01-01' + c.filed_on::int, 'YYYY-MM-DD') AS filed_on, c.filed_on AS filed_on_n,
    to_char(DATE '1970-01-01' + c.limit_start_on::int, 'YYYY-MM-DD') AS limit_start_on, c.limit_start_on AS limit_start_on_n,
    to_char(DATE '1970-01-01' + c.due_on::int, 'YYYY-MM-DD') AS due_on, c.due_on AS due_on_n,
    to_char(DATE '1970-01-01' + c.closed_on::int, 'YYYY-MM-DD') AS closed_on, c.closed_on AS closed_on_n,
    c.closing_way,
    to_char(DATE '1970-01-01' + c.heard_on::int, 'YYYY-MM-DD') AS heard_on, c.heard_on AS heard_on_n,
    to_char(DATE '1970-01-01' + c.effective_on::int, 'YYYY-MM-DD') AS effective_on, c.effective_on AS effective_on_n,
    c.related_no,
    c.relation,
    to_char(DATE '1970-01-01' + c.appealed_on::int, 'YYYY-MM-DD') AS appealed_on, c.appealed_on AS appealed_on_n,
    to_char(DATE '1970-01-01' + c.transferred_on::int, 'YYYY-MM-DD') AS transferred_on, c.transferred_on AS transferred_on_n,
    to_char(DATE '1970-01-01' + c.appeal_closed_on::int, 'YYYY-MM-DD') AS appeal_closed_on, c.appeal_closed_on AS appeal_closed_on_n,
    c.appeal_result,
    to_char(DATE '1970-01-01' + c.retrial_applied_on::int, 'YYYY-MM-DD') AS retrial_applied_on, c.retrial_applied_on AS retrial_applied_on_n,
    to_char(DATE '1970-01-01' + c.retrial_ordered_on::int, 'YYYY-MM-DD') AS retrial_ordered_on, c.retrial_ordered_on AS retrial_ordered_on_n,
    to_char(DATE '1970-01-01' + c.retrial_closed_on::int, 'YYYY-MM-DD') AS retrial_closed_on, c.retrial_closed_on AS retrial_closed_on_n,
    c.retrial_result,
    to_char(DATE '1970-01-01' + c.enforcement_applied_on::int, 'YYYY-MM-DD') AS enforcement_applied_on, c.enforcement_applied_on AS enforcement_applied_on_n,
    c.claimed,
    c.recovered,
    to_char(DATE '1970-01-01' + c.extended_on::int, 'YYYY-MM-DD') AS extended_on, c.extended_on AS extended_on_n,
    c.deducted_days,
    to_char(DATE '1970-01-01' + c.suspended_on::int, 'YYYY-MM-DD') AS suspended_on, c.suspended_on AS suspended_on_n,
    c.published,
    to_char(DATE '1970-01-01' + c.published_on::int, 'YYYY-MM-DD') AS published_on, c.published_on AS published_on_n,
    c.foreign_related,
    to_char(DATE '1970-01-01' + c.petition_on::int, 'YYYY-MM-DD') AS petition_on, c.petition_on AS petition_on_n,
    to_char(DATE '1970-01-01' + c.suggestion_sent_on::int, 'YYYY-MM-DD') AS suggestion_sent_on, c.suggestion_sent_on AS suggestion_sent_on_n,
    to_char(DATE '1970-01-01' + c.suggestion_answered_on::int, 'YYYY-MM-DD') AS suggestion_answered_on, c.suggestion_answered_on AS suggestion_answered_on_n,
    c.from_batch, c.to_batch,
    COALESCE(f.name, '') AS file, c.sheet, c.row_no AS row,
    c.flags, CASE WHEN c.extra = '' THEN '{}' ELSE c.extra END AS extra
FROM case_version c LEFT JOIN batch_file f ON f.batch = c.from_batch AND f.no = c.file_no;

CREATE VIEW v_case AS SELECT * FROM v_case_version WHERE to_batch IS NULL;

CREATE VIEW v_event_version AS
SELECT
    e.id, e.court, e.case_key, e.ref, e.kind,
    to_char(DATE '1970-01-01' + e.day::int, 'YYYY-MM-DD') AS day, e.day AS day_n,
    to_char(DATE '1970-01-01' + e.until_day::int, 'YYYY-MM-DD') AS until, e.until_day AS until_n,
    e.unit, e.judge, e.result,
    to_char(DATE '1970-01-01' + e.entered_on::int, 'YYYY-MM-DD') AS entered_on, e.entered_on AS entered_on_n,
    e.from_batch, e.to_batch,
    COALESCE(f.name, '') AS file, e.sheet, e.row_no AS row,
    e.flags, CASE WHEN e.extra = '' THEN '{}' ELSE e.extra END AS extra
FROM event_version e LEFT JOIN batch_file f ON f.batch = e.from_batch AND f.no = e.file_no;

CREATE VIEW v_event AS SELECT * FROM v_event_version WHERE to_batch IS NULL;

CREATE VIEW v_batch AS
SELECT id, user_name, mapping, mapping_version, state, to_char(DATE '1970-01-01' + committed_on::int, 'YYYY-MM-DD') AS committed_on, committed_on AS committed_on_n,
    rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, rows_flagged
FROM batch;

CREATE VIEW v_issue AS
SELECT i.batch, COALESCE(f.name, '') AS file, i.sheet, i.row_no AS row, i.col AS "column", i.value, i.rule, i.remedy,
    i.rejected, i.court
FROM issue i JOIN batch b ON b.id = i.batch AND b.state = 'committed'
    LEFT JOIN batch_file f ON f.batch = i.batch AND f.no = i.file_no;

CREATE VIEW v_court AS SELECT code, name, level, parent, seq FROM court;
CREATE VIEW v_division AS SELECT court, id, name, line, seq FROM division;
CREATE VIEW v_cause AS SELECT code, name, parent, level, line FROM cause;
CREATE VIEW v_roster AS
SELECT judge, name, court, division, post,
    to_char(DATE '1970-01-01' + from_day::int, 'YYYY-MM-DD') AS from_day, from_day AS from_day_n, to_char(DATE '1970-01-01' + to_day::int, 'YYYY-MM-DD') AS to_day, to_day AS to_day_n
FROM roster;
