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

// showProgress tells how far an import is: a bar on a terminal, one JSON line per second, or
// nothing. done is called once, at the end.
func (e *env) showProgress() (show func(app.Progress), done func()) {
	switch {
	case e.progress == "json":
		return jsonProgress(e.err)
	case e.progress == "auto" && isTerminal(e.err):
		return barProgress(e.err)
	}
	return func(app.Progress) {}, func() {}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progressLine is one line of --progress json.
type progressLine struct {
	Batch      int64  `json:"batch"`
	File       string `json:"file"`
	BytesDone  int64  `json:"bytes_done"`
	BytesTotal int64  `json:"bytes_total"`
	Rows       int64  `json:"rows"`
}

// jsonProgress prints the first state at once, then one a second, and the last when done.
func jsonProgress(w io.Writer) (func(app.Progress), func()) {
	var now, shown app.Progress
	var at time.Time
	write := func() {
		b, err := json.Marshal(progressLine{now.Batch, now.File, now.BytesDone, now.BytesTotal, now.Rows})
		if err == nil {
			fmt.Fprintln(w, string(b))
		}
		shown, at = now, time.Now()
	}
	show := func(p app.Progress) {
		if now = p; time.Since(at) >= time.Second {
			write()
		}
	}
	return show, func() {
		if now != shown {
			write()
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
			_ = bar.Finish() // as above
		}
	}
}
