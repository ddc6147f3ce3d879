-- reference-disposed-cases-by-judge.csv: distinct cases with a disposition, by judge; the names
-- as they came, the empty one included.
SELECT judge, count(DISTINCT case_key) AS distinct_cases_with_a_disposition
FROM v_event WHERE kind = 'disposition'
GROUP BY judge
ORDER BY judge
