-- Cases and events, every version valid from batch from_batch until before batch to_batch
-- (NULL: current). Days are integers since 1970-01-01, amounts are cents, yes/no is 1/0, NULL
-- is unknown. The canonical columns are those of docket.Fields; a test compares them.
--
-- Few indexes, because every one is paid on import:
--   case_version_key      identity of a record; all cases of a court; history of a case
--   case_version_case_no  search by case number
--   case_version_related  cases that name another one (first instance, appeal, retrial, …)
--   event_version_key     identity of an event; all events of a case

-- +goose Up
CREATE TABLE case_version (
    id                     BIGINT NOT NULL,
    key                    TEXT COLLATE "C" NOT NULL DEFAULT '',
    court                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    case_no                TEXT COLLATE "C" NOT NULL DEFAULT '',
    type_code              TEXT COLLATE "C" NOT NULL DEFAULT '',
    line                   TEXT COLLATE "C" NOT NULL DEFAULT '',
    instance               TEXT COLLATE "C" NOT NULL DEFAULT '',
    procedure              TEXT COLLATE "C" NOT NULL DEFAULT '',
    cause                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    division               TEXT COLLATE "C" NOT NULL DEFAULT '',
    judge                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    clerk                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    filed_on               BIGINT,
    limit_start_on         BIGINT,
    due_on                 BIGINT,
    closed_on              BIGINT,
    closing_way            TEXT COLLATE "C" NOT NULL DEFAULT '',
    heard_on               BIGINT,
    effective_on           BIGINT,
    related_no             TEXT COLLATE "C" NOT NULL DEFAULT '',
    relation               TEXT COLLATE "C" NOT NULL DEFAULT '',
    appealed_on            BIGINT,
    transferred_on         BIGINT,
    appeal_closed_on       BIGINT,
    appeal_result          TEXT COLLATE "C" NOT NULL DEFAULT '',
    retrial_applied_on     BIGINT,
    retrial_ordered_on     BIGINT,
    retrial_closed_on      BIGINT,
    retrial_result         TEXT COLLATE "C" NOT NULL DEFAULT '',
    enforcement_applied_on BIGINT,
    claimed                BIGINT,
    recovered              BIGINT,
    extended_on            BIGINT,
    deducted_days          BIGINT NOT NULL DEFAULT 0,
    suspended_on           BIGINT,
    published              BIGINT,
    published_on           BIGINT,
    foreign_related        BIGINT,
    petition_on            BIGINT,
    suggestion_sent_on     BIGINT,
    suggestion_answered_on BIGINT,
    from_batch             BIGINT NOT NULL,
    to_batch               BIGINT,
    hash                   BIGINT NOT NULL,
    file_no                BIGINT NOT NULL,
    sheet                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    row_no                 BIGINT NOT NULL,
    flags                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    extra                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (court, id)
);
CREATE UNIQUE INDEX case_version_key ON case_version (court, key, from_batch);
CREATE INDEX case_version_case_no ON case_version (case_no);
CREATE INDEX case_version_related ON case_version (related_no) WHERE related_no <> '';
CREATE INDEX case_version_id ON case_version (id);

CREATE TABLE event_version (
    id                     BIGINT NOT NULL,
    court                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    case_key               TEXT COLLATE "C" NOT NULL,
    ref                    TEXT COLLATE "C" NOT NULL DEFAULT '',
    kind                   TEXT COLLATE "C" NOT NULL DEFAULT '',
    day                    BIGINT,
    until_day              BIGINT,
    unit                   TEXT COLLATE "C" NOT NULL DEFAULT '',
    judge                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    result                 TEXT COLLATE "C" NOT NULL DEFAULT '',
    entered_on             BIGINT,
    from_batch             BIGINT NOT NULL,
    to_batch               BIGINT,
    hash                   BIGINT NOT NULL,
    file_no                BIGINT NOT NULL,
    sheet                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    row_no                 BIGINT NOT NULL,
    flags                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    extra                  TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (court, id)
);
CREATE UNIQUE INDEX event_version_key ON event_version (court, case_key, ref, from_batch);
