package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static/*.css static/*.js static/*.svg
var embedded embed.FS

// asset is one file as it is served: its address carries a hash of its content, so that a
// browser may keep it for ever.
type asset struct {
	mediaType   string
	tag         string // of the content, in quotes
	plain, gzip []byte
}

// assets are the static files by address, and the addresses by name.
type assets struct {
	byPath map[string]asset
	paths  map[string]string
}

func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{byPath: map[string]asset{}, paths: map[string]string{}}
	names, err := fs.Glob(fsys, "static/*")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("static file: %w", err)
		}
		packed, err := pack(content)
		if err != nil {
			return nil, fmt.Errorf("static file %s: %w", name, err)
		}
		ext := path.Ext(name)
		sum := sha256.Sum256(content)
		address := "/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.paths[path.Base(name)] = address
		a.byPath[address] = asset{mime.TypeByExtension(ext), `"` + hex.EncodeToString(sum[:]) + `"`, content, packed}
	}
	return a, nil
}

func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// path is the address of a file by its plain name, empty for a file that does not exist.
func (a *assets) path(name string) string { return a.paths[name] }

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.byPath[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", file.tag)
	if r.Header.Get("If-None-Match") == file.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := file.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = file.gzip
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away; nothing is left to tell
	}
}
