-- The counts of reference-by-court-year.csv once more, beside `indicators compute`: rows and
-- negative durations, the source's own days_to_judgment being kept as an unknown column.
SELECT substr(closed_on, 1, 4) AS judgment_year, instance AS degree, court AS court_code, count(*) AS judgments,
    sum(CASE WHEN closed_on_n < filed_on_n THEN 1 ELSE 0 END) AS negative_durations,
    sum(CASE WHEN extra LIKE '%"days_to_judgment":"' || (closed_on_n - filed_on_n) || '"%' THEN 1 ELSE 0 END) AS agreeing_days
FROM v_case
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
