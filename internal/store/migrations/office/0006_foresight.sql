-- Forecasts as they were published, so that they can be scored when the months have come. Rows
-- are only ever added.

-- +goose Up
CREATE TABLE forecast (
    series  TEXT             NOT NULL,
    origin  BIGINT           NOT NULL, -- last day known when it was made
    horizon BIGINT           NOT NULL, -- 1 is the month after the origin
    mean    DOUBLE PRECISION NOT NULL,
    lo80    DOUBLE PRECISION NOT NULL,
    hi80    DOUBLE PRECISION NOT NULL,
    lo95    DOUBLE PRECISION NOT NULL,
    hi95    DOUBLE PRECISION NOT NULL,
    model   TEXT             NOT NULL,
    program TEXT             NOT NULL,
    batch   BIGINT           NOT NULL,
    at      BIGINT           NOT NULL,
    PRIMARY KEY (series, origin, horizon)
);
CREATE INDEX forecast_origin ON forecast (origin);
