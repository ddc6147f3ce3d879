-- reference-initiated-cases-by-month.csv: cases with an initiation, by the month in which the
-- case was received, which is its filing date; the day of the event is not used.
SELECT substr(c.filed_on, 1, 7) AS received_month, count(DISTINCT e.case_key) AS cases
FROM v_event e JOIN v_case c ON c.court = e.court AND c.key = e.case_key
WHERE e.kind = 'initiation'
GROUP BY 1
ORDER BY 1
