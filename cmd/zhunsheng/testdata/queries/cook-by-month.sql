-- reference-disposed-cases-by-month.csv: distinct cases with a disposition, by month of the
-- disposition and court_name, which is the event's unit; impossible months included.
SELECT substr(day, 1, 7) AS month, unit AS court_name, count(DISTINCT case_key) AS distinct_cases_with_a_disposition
FROM v_event WHERE kind = 'disposition'
GROUP BY 1, 2
ORDER BY 1, 2
