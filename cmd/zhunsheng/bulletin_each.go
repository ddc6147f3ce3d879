package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
)

// buildEach writes one document for every court, each as soon as it is ready.
func (e *env) buildEach(ctx context.Context, a *app.App, b building) error {
	if err := os.MkdirAll(b.out, 0o750); err != nil {
		return fmt.Errorf("make the folder %s: %w", b.out, err)
	}
	show := e.eachProgress()
	t := e.table("edition", "court", "rows", "bytes", "seconds", "skipped")
	err := a.BuildEach(ctx, access.System(), b.order, func(x app.EachBuilt) error {
		bytes := 0
		for _, f := range x.Edition.Files {
			if err := os.WriteFile(filepath.Join(b.out, x.Edition.ID+"-"+f.Name), f.Data, 0o640); err != nil {
				return fmt.Errorf("write the document: %w", err)
			}
			bytes += len(f.Data)
		}
		t.add(x.Edition.ID, x.Court, x.ListedRows, bytes, num(fmt.Sprintf("%.3f", (x.Figures+x.Write+x.Keep).Seconds())), x.Skipped)
		show(x)
		return nil
	})
	if err != nil {
		return usageIfUnknown(err)
	}
	return t.end()
}

// eachProgress tells how many documents are ready: a bar on a terminal, one JSON line per
// second, or nothing.
func (e *env) eachProgress() func(app.EachBuilt) {
	switch {
	case e.progress == "json":
		var at time.Time
		return func(x app.EachBuilt) {
			if time.Since(at) < time.Second && x.Done < x.Of {
				return
			}
			at = time.Now()
			if line, err := json.Marshal(map[string]int{"done": x.Done, "of": x.Of}); err == nil {
				fmt.Fprintln(e.err, string(line))
			}
		}
	case e.progress == "auto" && isTerminal(e.err):
		var bar *progressbar.ProgressBar
		return func(x app.EachBuilt) {
			if bar == nil {
				bar = progressbar.NewOptions(x.Of, progressbar.OptionSetWriter(e.err), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
			}
			_ = bar.Set(x.Done)
		}
	}
	return func(app.EachBuilt) {}
}
