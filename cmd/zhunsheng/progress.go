package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"zhunsheng/internal/app"
)

// progress shows how far an import is: a bar on a terminal, one JSON line per second, or
// nothing.
func (e *env) showProgress() (show func(app.Progress), done func()) {
	switch {
	case e.progress == "json":
		return jsonProgress(e.err), func() {}
	case e.progress == "auto" && isTerminal(e.err):
		return barProgress(e.err)
	}
	return func(app.Progress) {}, func() {}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func jsonProgress(w io.Writer) func(app.Progress) {
	var last time.Time
	return func(p app.Progress) {
		if now := time.Now(); now.Sub(last) >= time.Second || p.BytesDone == p.BytesTotal {
			last = now
			b, err := json.Marshal(map[string]any{"batch": p.Batch, "file": p.File, "bytes_done": p.BytesDone, "bytes_total": p.BytesTotal, "rows": p.Rows})
			if err == nil {
				fmt.Fprintln(w, string(b))
			}
		}
	}
}

func barProgress(w io.Writer) (func(app.Progress), func()) {
	var bar *progressbar.ProgressBar
	show := func(p app.Progress) {
		if bar == nil {
			bar = progressbar.NewOptions64(p.BytesTotal, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
				progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
		}
		bar.Describe(fmt.Sprintf("%s  %d rows", p.File, p.Rows))
		_ = bar.Set64(p.BytesDone) // a bar that cannot be drawn must not stop an import
	}
	return show, func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
}
