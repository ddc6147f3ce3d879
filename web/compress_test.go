package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// raw asks without unpacking the answer.
func (c *client) raw(path, accept, etag string) *http.Response {
	c.t.Helper()
	r := c.request(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", accept)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// TestAnswersArePacked: pages and their parts travel packed and come out the same; secrets,
// files packed already and short answers travel as they are.
func TestAnswersArePacked(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "analyst")
	res := c.raw("/data/issues", "gzip", "")
	if res.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("a page travels as %q, vary %q", res.Header.Get("Content-Encoding"), res.Header.Get("Vary"))
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(body), "</html>") {
		t.Errorf("the page does not unpack: %v", err)
	}
	plain, err := io.ReadAll(c.raw("/data/issues", "identity", "").Body)
	if err != nil || string(plain) != string(body) {
		t.Errorf("packed and plain page differ (%d and %d bytes), %v", len(body), len(plain), err)
	}
	for path, why := range map[string]string{
		"/settings/tokens":                    "a page that may show a secret",
		"/data/issues/export?format=xlsx":     "a workbook",
		"/documents/2024-05-a1/bulletin.docx": "a document",
	} {
		if got := c.raw(path, "gzip", "").Header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s: %s travels as %q", path, why, got)
		}
	}
}

// TestAssetsAreNotSentTwice: a browser that asks again with the tag is told that nothing changed.
func TestAssetsAreNotSentTwice(t *testing.T) {
	f := shared(t)
	s, err := build(f.deps(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, f, "")
	path := s.assets.path("app.css")
	first := c.raw(path, "gzip", "")
	etag := first.Header.Get("ETag")
	if first.StatusCode != http.StatusOK || etag == "" || first.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("status %d, tag %q, %q", first.StatusCode, etag, first.Header.Get("Content-Encoding"))
	}
	again := c.raw(path, "gzip", etag)
	if body, err := io.ReadAll(again.Body); again.StatusCode != http.StatusNotModified || len(body) != 0 || err != nil {
		t.Errorf("asked again: status %d, %d bytes, %v", again.StatusCode, len(body), err)
	}
}
