package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"zhunsheng/web/page/data"
)

// product is the fake city that all read-only tests share; building it takes a moment.
var product = sync.OnceValues(func() (*fake, error) { return newFake(40) })

// client is a browser without hands: cookies, no redirects followed unless asked.
type client struct {
	t    *testing.T
	base string
	http *http.Client
}

// open starts the site over f and signs in as the role; an empty role stays outside.
func open(t *testing.T, f *fake, role string) *client {
	t.Helper()
	h, err := New(f.deps(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return visit(t, h, role)
}

func visit(t *testing.T, h http.Handler, role string) *client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, base: server.URL, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if role != "" {
		if got := c.post("/sign-in", url.Values{"login": {role}, "password": {password}}); got.status != http.StatusSeeOther {
			t.Fatalf("sign in as %s: %d", role, got.status)
		}
	}
	return c
}

func shared(t *testing.T) *fake {
	t.Helper()
	f, err := product()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fresh is a small product of the test's own, to change.
func fresh(t *testing.T) *fake {
	t.Helper()
	s := shared(t)
	return &fake{
		city: s.city, book: s.book, cases: s.cases, staged: map[string]data.Staged{},
		batches: slices.Clone(s.batches), built: slices.Clone(s.built),
	}
}

// answer is one response, read completely.
type answer struct {
	t      *testing.T
	path   string
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func (c *client) do(r *http.Request) answer {
	c.t.Helper()
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{t: c.t, path: r.URL.RequestURI(), status: res.StatusCode, header: res.Header, body: string(b)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if a.doc, err = html.Parse(bytes.NewReader(b)); err != nil {
			c.t.Fatal(err)
		}
	}
	return a
}

func (c *client) request(method, path string, body io.Reader) *http.Request {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *client) get(path string) answer {
	c.t.Helper()
	return c.do(c.request(http.MethodGet, path, nil))
}

func (c *client) post(path string, form url.Values) answer {
	c.t.Helper()
	r := c.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// want fails unless the page has the status, every text in has, and none in not.
func (a answer) want(status int, has []string, not ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("%s: status %d, want %d\n%s", a.path, a.status, status, a.main())
	}
	for _, s := range has {
		if !strings.Contains(a.body, s) {
			a.t.Errorf("%s: %q is missing", a.path, s)
		}
	}
	for _, s := range not {
		if strings.Contains(a.body, s) {
			a.t.Errorf("%s: %q must not appear", a.path, s)
		}
	}
	return a
}

// main is the text of the page's content, for failures.
func (a answer) main() string {
	if a.doc == nil {
		return a.body
	}
	for _, n := range find(a.doc, "main") {
		return text(n)
	}
	return text(a.doc)
}

// find returns the elements that a selector matches: tag, tag.class, tag[attr], tag[attr=value].
func find(root *html.Node, selector string) []*html.Node {
	tag, rest, hasAttr := strings.Cut(selector, "[")
	tag, class, hasClass := strings.Cut(tag, ".")
	name, value, hasValue := strings.Cut(strings.TrimSuffix(rest, "]"), "=")
	var out []*html.Node
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode, tag != "" && n.Data != tag:
		case hasClass && !strings.Contains(" "+attr(n, "class")+" ", " "+class+" "):
		case hasAttr && !hasValue && !has(n, name):
		case hasValue && attr(n, name) != value:
		default:
			out = append(out, n)
		}
	}
	return out
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees of a node, blanks folded.
func text(n *html.Node) string {
	var b strings.Builder
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
