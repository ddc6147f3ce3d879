-- name: forecast_insert
INSERT INTO forecast (series, origin, horizon, mean, lo80, hi80, lo95, hi95, model, program, batch, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: forecast_origin
SELECT COUNT(*) FROM forecast WHERE origin = $1;

-- name: forecasts
SELECT series, origin, horizon, mean, lo80, hi80, lo95, hi95, model, program, batch, at
FROM forecast WHERE series = $1 ORDER BY origin, horizon;

-- name: forecast_origins
SELECT DISTINCT origin FROM forecast ORDER BY origin;
