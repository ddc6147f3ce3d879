-- name: events
SELECT e.id, e.court, e.case_key, e.ref, e.kind, e.day, e.until_day, e.unit, e.judge, e.result, e.entered_on,
    e.from_batch, e.to_batch, COALESCE(f.name, ''), e.sheet, e.row_no, e.flags, e.extra
FROM event_version e LEFT JOIN batch_file f ON f.batch = e.from_batch AND f.no = e.file_no
WHERE e.court = $1 AND e.case_key = $2 AND e.to_batch IS NULL
ORDER BY COALESCE(e.day, -1000000), e.id;

-- name: days_of_cases
SELECT 'filed', court, filed_on, COUNT(*) FROM case_version WHERE to_batch IS NULL GROUP BY court, filed_on
UNION ALL
SELECT 'closed', court, closed_on, COUNT(*) FROM case_version WHERE to_batch IS NULL GROUP BY court, closed_on;
