// Command pages measures the pages: server time and weight of every kind of page, as the
// president of an installation of one city or of ten, which is about a million cases.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/demo"
)

func main() {
	cities := flag.Int("cities", 1, "cities of 106,069 cases each")
	rounds := flag.Int("rounds", 200, "requests a page; p99 is over them")
	keep := flag.String("data", "", "folder to keep the installation in, used again when it is there; default: a new one, removed")
	flag.Parse()
	if err := run(*cities, *rounds, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

func run(cities, rounds int, keep string) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "zhunsheng-pages-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	_, missing := os.Stat(filepath.Join(dir, "data"))
	a, err := app.Open(context.Background(), app.Config{Data: filepath.Join(dir, "data"), Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if missing != nil {
		if err := fill(a, dir, cities); err != nil {
			return err
		}
	}
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	return measure(server.URL, rounds)
}

// fill imports the invented cities, each under court codes and names of its own.
func fill(a *app.App, dir string, cities int) error {
	ctx := context.Background()
	var lists [4][][]string
	lists[0] = [][]string{{"code", "name", "level", "parent", "seq"}}
	lists[1] = [][]string{{"id", "court", "name", "line", "seq"}}
	lists[2] = [][]string{{"code", "name", "level", "parent_code", "line"}}
	lists[3] = [][]string{{"judge_id", "name", "court", "division", "post", "from", "to"}}
	made := make([]*demo.City, cities)
	for n := range made {
		city, err := demo.Generate(demo.Options{Seed: uint64(n + 1)})
		if err != nil {
			return err
		}
		made[n] = city
		addLists(&lists, city, n)
	}
	for i, load := range []func(context.Context, string) error{
		func(ctx context.Context, p string) error { _, _, err := a.LoadCourts(ctx, p); return err },
		func(ctx context.Context, p string) error { _, _, err := a.LoadDivisions(ctx, p); return err },
		func(ctx context.Context, p string) error { _, _, err := a.LoadCauses(ctx, p); return err },
		func(ctx context.Context, p string) error { _, _, err := a.LoadRoster(ctx, p); return err },
	} {
		path := filepath.Join(dir, fmt.Sprintf("list%d.csv", i))
		if err := writeCSV(path, lists[i]); err != nil {
			return err
		}
		if err := load(ctx, path); err != nil {
			return err
		}
	}
	for n, city := range made {
		for _, b := range city.Batches() {
			if err := deliver(ctx, a, dir, b, n); err != nil {
				return fmt.Errorf("city %d, batch %s: %w", n, b.Name, err)
			}
		}
	}
	return a.AddUser(ctx, app.User{Login: "yuanzhang", Name: "president", Role: access.President, City: true}, demo.Password)
}

var (
	courtCode = regexp.MustCompile(`藏98`)
	unitID    = regexp.MustCompile(`\b98(\d\d)?-`)
	personID  = regexp.MustCompile(`\bR(\d{4})\b`)
)

// moved gives the n-th city codes of its own.
func moved(s string, n int) string {
	s = courtCode.ReplaceAllString(s, fmt.Sprintf("藏%d", 60+n))
	s = unitID.ReplaceAllString(s, fmt.Sprintf("%d$1-", 60+n))
	return personID.ReplaceAllString(s, string(rune('A'+n))+"$1")
}

func addLists(lists *[4][][]string, city *demo.City, n int) {
	add := func(i int, cells ...string) {
		for c := range cells {
			cells[c] = moved(cells[c], n)
		}
		lists[i] = append(lists[i], cells)
	}
	for _, c := range city.Courts {
		add(0, c.Code, fmt.Sprintf("%s%d", c.Name, n+1), strconv.Itoa(c.Level), c.Parent, strconv.Itoa(100*n+c.Seq))
	}
	for _, d := range city.Divisions {
		add(1, d.ID, d.Court, d.Name, d.Line, strconv.Itoa(d.Seq))
	}
	if n == 0 {
		for _, c := range city.Causes {
			add(2, c.Code, c.Name, strconv.Itoa(c.Level), c.Parent, c.Line)
		}
	}
	for _, p := range city.Roster {
		to := ""
		if !p.To.IsZero() {
			to = p.To.String()
		}
		add(3, p.Judge, p.Name, p.Court, p.Division, p.Post, p.From.String(), to)
	}
}

func writeCSV(path string, rows [][]string) error {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func deliver(ctx context.Context, a *app.App, dir string, b demo.Batch, n int) error {
	var paths []string
	for _, f := range b.Files {
		var text bytes.Buffer
		if err := f.Write(&text); err != nil {
			return err
		}
		path := filepath.Join(dir, f.Name)
		if err := os.WriteFile(path, []byte(movedBytes(text.Bytes(), n)), 0o600); err != nil {
			return err
		}
		paths = append(paths, path)
	}
	_, err := a.Import(ctx, access.System(), paths, app.ImportOptions{Mapping: "cn-standard", DataDay: b.Day})
	for _, p := range paths {
		err = errors.Join(err, os.Remove(p))
	}
	return err
}

// movedBytes also moves files in GB18030, where 藏 is another pair of bytes.
func movedBytes(text []byte, n int) string {
	s := strings.ReplaceAll(string(text), "\xb2\xd898", fmt.Sprintf("\xb2\xd8%d", 60+n))
	return moved(s, n)
}

// page is one kind of page.
type page struct {
	path  string
	took  []time.Duration
	bytes int // of the body as it is
	sent  int // gzip-compressed
}

func measure(base string, rounds int) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(base+"/sign-in", url.Values{"login": {"yuanzhang"}, "password": {demo.Password}})
	if err != nil {
		return err
	}
	res.Body.Close()
	pages, err := kinds(client, base)
	if err != nil {
		return err
	}
	fmt.Printf("| page | median ms | p99 ms | KB | KB gzip |\n|---|---:|---:|---:|---:|\n")
	for _, p := range pages {
		for range rounds {
			start := time.Now()
			if _, err := get(client, base+p.path); err != nil {
				return err
			}
			p.took = append(p.took, time.Since(start))
		}
		slices.Sort(p.took)
		ms := func(share float64) float64 {
			return float64(p.took[int(share*float64(len(p.took)-1))].Microseconds()) / 1000
		}
		fmt.Printf("| `%s` | %.1f | %.1f | %.0f | %.0f |\n", p.path, ms(0.5), ms(0.99), float64(p.bytes)/1000, float64(p.sent)/1000)
	}
	return nil
}

var (
	anchor  = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)
	numbers = regexp.MustCompile(`/[^/]*[0-9][^/]*`)
	file    = regexp.MustCompile(`export|\.(docx|xlsx|json|pdf|csv)|^/(assets|api)/`)
)

// kinds follows the links and keeps the first page of every kind: same path but for numbers,
// same names in the query.
func kinds(client *http.Client, base string) ([]*page, error) {
	var out []*page
	seen := map[string]bool{}
	queue := []string{"/today", "/overview", "/situation", "/longpending", "/indicators", "/cases", "/data", "/documents"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil {
			return nil, err
		}
		parts := strings.Split(u.Path, "/")
		kind := numbers.ReplaceAllString(strings.Join(parts[:min(3, len(parts))], "/"), "/*") + fmt.Sprint(len(parts))
		for k := range u.Query() {
			if k == "pick" || k == "side" || k == "state" || k == "q" {
				kind += "&" + k
			}
		}
		if seen[kind] || file.MatchString(at) {
			continue
		}
		seen[kind] = true
		body, err := get(client, base+at)
		if err != nil {
			return nil, err
		}
		out = append(out, &page{path: at, bytes: len(body), sent: packed(body)})
		for _, m := range anchor.FindAllSubmatch(body, -1) {
			queue = append(queue, strings.ReplaceAll(string(m[1]), "&amp;", "&"))
		}
	}
	return out, nil
}

func get(client *http.Client, address string) ([]byte, error) {
	res, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, res.Status)
	}
	return body, err
}

func packed(body []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return 0
	}
	if err := w.Close(); err != nil {
		return 0
	}
	return b.Len()
}
