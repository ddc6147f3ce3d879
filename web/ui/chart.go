package ui

import (
	"encoding/json"
	"math/big"
)

// Chart is one drawing over a common axis; every series has one point per label.
type Chart struct {
	Title  string   `json:"title"`
	Axis   string   `json:"axis"`
	Labels []string `json:"labels"`
	Series []Series `json:"series"`
	Suffix string   `json:"suffix,omitempty"` // % …
	Low    *float64 `json:"low,omitempty"`    // interval band
	High   *float64 `json:"high,omitempty"`
	Band   string   `json:"band,omitempty"` // name of the band
	Click  string   `json:"click,omitempty"`
}

// Series is one line or row of bars.
type Series struct {
	Name   string  `json:"name"`
	Kind   string  `json:"kind"` // line bar
	Points []Point `json:"points"`
}

// Point is one value: drawn, printed, and linked to its cases.
type Point struct {
	Value *float64 `json:"v"` // nil: a gap
	Text  string   `json:"t"`
	Link  string   `json:"l,omitempty"`
}

// JSON is the chart as the script reads it.
func (c Chart) JSON() string {
	b, err := json.Marshal(c)
	if err != nil { // only floats that are not numbers can fail, and Plot makes none
		return "{}"
	}
	return string(b)
}

// Plot turns an exact value into a drawn one; shares are drawn in per cent.
func Plot(unit string, r *big.Rat) *float64 {
	if r == nil {
		return nil
	}
	if unit == "share" {
		r = scale(r, 100)
	}
	f, _ := r.Float64()
	return &f
}
