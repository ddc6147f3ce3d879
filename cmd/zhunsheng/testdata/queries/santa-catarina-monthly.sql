-- reference-monthly-tubarao-1-vara-civel.csv once more, beside `indicators compute`: records by
-- month of filing, and by month of a definitive closing (last movement 22).
SELECT month, sum(filed) AS rows_filed, sum(closed) AS rows_with_last_motion_definitive_closing
FROM (
    SELECT substr(filed_on, 1, 7) AS month, 1 AS filed, 0 AS closed FROM v_case
    UNION ALL
    SELECT substr(closed_on, 1, 7), 0, 1 FROM v_case WHERE closing_way = 'definitive'
) AS x
WHERE month BETWEEN '2015-01' AND '2025-06'
GROUP BY month
ORDER BY month
