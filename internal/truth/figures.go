package truth

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"zhunsheng/internal/fault"
)

// ReadFigures reads the figures.json that stands beside an edition: what its document may print.
// name is used in errors only.
func ReadFigures(name string, data []byte) ([]Figure, error) {
	var file struct {
		Batch   int64 `json:"batch"`
		Figures []struct {
			ID        string   `json:"id"`
			Text      string   `json:"text"`
			Unit      string   `json:"unit"`
			Set       string   `json:"set"`
			Indicator string   `json:"indicator"`
			Version   string   `json:"version"`
			Period    string   `json:"period"`
			Of        []string `json:"of"`
			Only      []string `json:"only"`
			Value     string   `json:"value"`
			Status    string   `json:"status"`
		} `json:"figures"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fault.At(name, "not a figures file: "+err.Error(), "give the figures.json of the edition")
	}
	if len(file.Figures) == 0 {
		return nil, fault.At(name, "no figures in it", "give the figures.json of the edition")
	}
	var out []Figure
	for _, f := range file.Figures {
		g := Figure{ID: f.ID, Text: f.Text, Period: f.Period, Version: f.Version, Snapshot: fmt.Sprint(file.Batch), Signal: f.Status == "model"}
		if f.Indicator != "" {
			g.Series = strings.Join(append(append([]string{f.Set, f.Indicator}, f.Of...), f.Only...), "/")
		}
		if v, ok := new(big.Rat).SetString(f.Value); ok && f.Value != "" {
			g.Value = v
		}
		out = append(out, g)
	}
	return out, nil
}
