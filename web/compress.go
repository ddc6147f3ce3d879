package web

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// leastPacked is the size in bytes below which packing costs more than it saves.
const leastPacked = 1400

// packed compresses pages, parts of pages and the API's JSON for clients that ask for it. What
// is packed already (xlsx, docx, static files) passes untouched, and so does every answer that
// must not be stored: it may hold a secret beside what the reader typed.
func packed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(leastPacked),
		gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"text/html", "text/csv", "application/json", "application/problem+json", "application/openapi+json"}),
	)
	if err != nil {
		panic(err) // the options are fixed
	}
	return wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&discreet{ResponseWriter: w}, r)
	}))
}

// discreet asks that an answer that must not be stored is not packed.
type discreet struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader decides when the headers are complete.
func (d *discreet) WriteHeader(code int) {
	if !d.begun && d.Header().Get("Cache-Control") == "no-store" {
		d.Header().Set(gzhttp.HeaderNoCompression, "1")
	}
	d.begun = true
	d.ResponseWriter.WriteHeader(code)
}

func (d *discreet) Write(b []byte) (int, error) {
	if !d.begun {
		d.WriteHeader(http.StatusOK)
	}
	return d.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (d *discreet) Unwrap() http.ResponseWriter { return d.ResponseWriter }
