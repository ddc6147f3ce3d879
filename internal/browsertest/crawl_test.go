package browsertest_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// crawler is one person who follows every link. Pages of one shape (same path pattern, same
// names in the query) are read a few times each; every figure on them is opened.
type crawler struct {
	t       *testing.T
	client  *http.Client
	pages   map[string]*html.Node // by address, in the order of crawler.order
	order   []string
	shapes  map[string]int
	lists   map[string]int // total of a case list by address
	figures int
}

const (
	pagesOfAShape = 4
	maxPages      = 400
)

// crawls keeps what was read: several tests look at the same pages.
var crawls = map[[2]string]*crawler{}

func crawl(t *testing.T, login, lang string) *crawler {
	t.Helper()
	if cityErr != nil {
		t.Fatal(cityErr)
	}
	if done, ok := crawls[[2]string{login, lang}]; ok {
		done.t = t
		return done
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{t: t, client: &http.Client{Jar: jar, Timeout: time.Minute}, pages: map[string]*html.Node{}, shapes: map[string]int{}, lists: map[string]int{}}
	c.post("/sign-in", url.Values{"login": {login}, "password": {city.made.Password}})
	c.post("/preferences", url.Values{"lang": {lang}, "back": {"/"}})
	queue := []string{"/today"}
	for len(queue) > 0 && len(c.order) < maxPages {
		at := queue[0]
		queue = queue[1:]
		if c.pages[at] != nil {
			continue
		}
		page := c.read(at)
		if page == nil {
			continue
		}
		c.pages[at], c.order = page, append(c.order, at)
		for _, link := range links(page) {
			if to := c.resolve(at, link.href); to != "" && c.wanted(to) {
				queue = append(queue, to)
			}
		}
	}
	if len(queue) > 0 {
		t.Errorf("%s: more than %d pages; %d not read, the next is %s", login, maxPages, len(queue), queue[0])
	}
	crawls[[2]string{login, lang}] = c
	return c
}

// kinds is the first address of every kind of page that was read: same path but for numbers and
// names below the second part.
func (c *crawler) kinds() (out []string) {
	seen := map[string]bool{}
	for _, at := range c.order {
		path, _, _ := strings.Cut(at, "?")
		parts := strings.Split(path, "/")
		kind := fmt.Sprint(segment.ReplaceAllString(strings.Join(parts[:min(3, len(parts))], "/"), "/*"), len(parts))
		if !seen[kind] {
			seen[kind] = true
			out = append(out, at)
		}
	}
	return out
}

func (c *crawler) post(path string, form url.Values) {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodPost, city.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", city.url)
	res, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("POST %s: %s", path, res.Status)
	}
}

// wanted takes every path without a number in it once, and of all other addresses the first few
// of every shape. Files are not pages.
func (c *crawler) wanted(at string) bool {
	u, err := url.Parse(at)
	if err != nil || notPages.MatchString(u.Path) {
		return false
	}
	if u.RawQuery == "" && !segment.MatchString(u.Path) {
		return true
	}
	parts := strings.Split(u.Path, "/")
	shape := fmt.Sprint(strings.Join(parts[:min(3, len(parts))], "/"), len(parts), slices.Sorted(maps.Keys(u.Query())))
	shape = segment.ReplaceAllString(shape, "/*")
	c.shapes[shape]++
	return c.shapes[shape] <= pagesOfAShape
}

var (
	notPages = regexp.MustCompile(`/export$|\.(docx|xlsx|json|pdf|csv|txt)$|^/(assets|api)/|/download$|/sign-out`)
	segment  = regexp.MustCompile(`/[^/]*[0-9][^/]*`)
)

// read fetches a page; a file is nil.
func (c *crawler) read(at string) *html.Node {
	c.t.Helper()
	res, err := c.client.Get(city.url + at)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		_, err := io.Copy(io.Discard, res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			c.t.Errorf("%s: %s (%v)", at, res.Status, err)
		}
		return nil
	}
	page, err := html.Parse(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		c.t.Errorf("%s: %s (%v)", at, res.Status, err)
		return nil
	}
	return page
}

// resolve makes an address of this site out of a link; "" for others and for places in a page.
func (c *crawler) resolve(from, href string) string {
	base, err := url.Parse(from)
	if err != nil {
		c.t.Fatal(err)
	}
	u, err := base.Parse(href)
	if err != nil {
		c.t.Errorf("%s: link %q: %v", from, href, err)
		return ""
	}
	if u.Host != "" || u.Scheme != "" {
		return ""
	}
	u.Fragment = ""
	u.RawQuery = u.Query().Encode()
	return u.String()
}

// total is how many cases the list at an address holds.
func (c *crawler) total(at string) (int, error) {
	if n, ok := c.lists[at]; ok {
		return n, nil
	}
	page := c.read(at)
	if page == nil {
		return 0, fmt.Errorf("no page")
	}
	n := 0
	if made := find(page, func(n *html.Node) bool { return attr(n, "data-value") != "" }); made != nil {
		// no plain number of cases: the list says how the figure comes from it
		n, _ = strconv.Atoi(strings.ReplaceAll(attr(made, "data-value"), ",", ""))
	} else if pager := find(page, func(n *html.Node) bool { return n.DataAtom == atom.Nav && attr(n, "class") == "pager" }); pager != nil {
		m := pagerTotal.FindStringSubmatch(text(pager))
		if m == nil {
			return 0, fmt.Errorf("its pager says %q", text(pager))
		}
		n, _ = strconv.Atoi(strings.ReplaceAll(m[1]+m[2], ",", ""))
	}
	c.lists[at] = n
	return n, nil
}

var (
	pagerTotal = regexp.MustCompile(`共\s*([\d,]+)|of\s+([\d,]+)`)
	whole      = regexp.MustCompile(`^[\d,]+$`)
)

// opened clicks every whole number that leads to a case list.
func (c *crawler) opened() {
	for _, at := range c.order {
		for _, link := range links(c.pages[at]) {
			to := c.resolve(at, link.href)
			if !strings.HasPrefix(to, "/cases?") || !whole.MatchString(link.text) {
				continue
			}
			c.figures++
			want, _ := strconv.Atoi(strings.ReplaceAll(link.text, ",", ""))
			if got, err := c.total(to); err != nil || got != want {
				c.t.Errorf("%s shows %s, its list %s holds %d (%v)", at, link.text, to, got, err)
			}
		}
	}
}

// TestEveryFigureOpens reads every kind of page as three roles and opens every figure on it:
// its list holds exactly as many cases.
func TestEveryFigureOpens(t *testing.T) {
	for login, least := range map[string]int{"yuanzhang": 1000, "tingzhang": 200, "jiceng": 500} {
		t.Run(login, func(t *testing.T) {
			c := crawl(t, login, "zh-CN")
			c.opened()
			t.Logf("%d pages, %d figures opened, %d different lists", len(c.order), c.figures, len(c.lists))
			if c.figures < least || len(c.order) < 40 {
				t.Errorf("only %d figures on %d pages: the crawler does not find them", c.figures, len(c.order))
			}
		})
	}
}

type link struct{ href, text string }

func links(page *html.Node) []link {
	var out []link
	for n := range page.Descendants() {
		if n.DataAtom == atom.A && attr(n, "href") != "" {
			out = append(out, link{attr(n, "href"), strings.TrimSpace(text(n))})
		}
	}
	return out
}

func find(page *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range page.Descendants() {
		if is(n) {
			return n
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees of a part of a page.
func text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return
		}
		for k := range n.ChildNodes() {
			walk(k)
		}
		if block[n.DataAtom] {
			b.WriteByte('\n')
		}
	}
	walk(n)
	return b.String()
}

var block = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Li: true, atom.Td: true, atom.Th: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.Option: true, atom.Dt: true, atom.Dd: true, atom.Tr: true, atom.Section: true, atom.Label: true, atom.Summary: true}
