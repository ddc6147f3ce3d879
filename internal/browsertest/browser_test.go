package browsertest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
)

// site is one demo installation, served in this process.
type site struct {
	url  string
	made app.DemoMade
}

var (
	city    site
	chrome  context.Context
	cityErr error
)

// TestMain makes the demo once: about half a minute.
func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "zhunsheng-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	served := make(chan error, 1)
	if cityErr = startCity(ctx, filepath.Join(dir, "data"), served); cityErr == nil {
		var stop func()
		chrome, stop = startChrome(dir)
		defer stop()
	}
	code := m.Run()
	cancel()
	if cityErr == nil {
		if err := <-served; err != nil {
			fmt.Fprintln(os.Stderr, "serve:", err)
			return 1
		}
	}
	return code
}

func startCity(ctx context.Context, data string, served chan<- error) error {
	made, err := app.Demo(ctx, app.Config{Data: data}, app.DemoOptions{Seed: 1, Until: civil.NewDate(2024, 6, 30)})
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{Data: data, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	if _, err := a.BuildBulletin(ctx, access.System(), app.Order{Kind: "monthly", Period: civil.Month(2024, 5)}); err != nil {
		return err
	}
	addr := make(chan net.Addr, 1)
	go func() {
		err := a.Serve(ctx, "127.0.0.1:0", func(at net.Addr) { addr <- at })
		if closeErr := a.Close(); err == nil {
			err = closeErr
		}
		served <- err
	}()
	city = site{url: "http://" + (<-addr).String(), made: made}
	return nil
}

func startChrome(dir string) (context.Context, func()) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		cityErr = fmt.Errorf("no chromium: install Debian's chromium (`make setup` does)")
		return context.Background(), func() {}
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts, chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil { // starts the browser
		cityErr = fmt.Errorf("start chromium: %w", err)
	}
	return ctx, func() { stop(); stopAlloc() }
}

// visit is one browser window of one person, which watches the console and the network.
type visit struct {
	t   *testing.T
	ctx context.Context
	at  site

	mu       sync.Mutex
	errors   []string
	requests int
}

// open starts a window in its own cookie jar; the test fails at its end on a console error or
// a request to another host.
func open(t *testing.T, width, height int64) *visit {
	t.Helper()
	return openAt(t, city, width, height)
}

// openAt is [open] for an installation other than the demo city.
func openAt(t *testing.T, at site, width, height int64) *visit {
	t.Helper()
	if cityErr != nil {
		t.Fatal(cityErr)
	}
	v := &visit{t: t, at: at}
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.watch))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	v.ctx = ctx
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, e := range v.errors {
			t.Error(e)
		}
		if v.requests < 3 {
			t.Errorf("only %d requests seen: the watch over the network does not work", v.requests)
		}
	})
	return v
}

func (v *visit) watch(ev any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		v.errors = append(v.errors, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			v.errors = append(v.errors, fmt.Sprintf("console error: %+v", e.Args))
		}
	case *network.EventRequestWillBeSent:
		v.requests++
		if u := e.Request.URL; !strings.HasPrefix(u, v.at.url) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "about:") {
			v.errors = append(v.errors, "request to another host: "+u)
		}
	}
}

func (v *visit) do(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		v.t.Fatal(err)
	}
}

// ask runs an action that answers.
func ask[T any](v *visit, a chromedp.Action[T]) T {
	v.t.Helper()
	x, err := chromedp.Run(v.ctx, a)
	if err != nil {
		v.t.Fatal(err)
	}
	return x
}

func (v *visit) goTo(path string) {
	v.t.Helper()
	v.do(chromedp.Navigate(v.at.url+path), chromedp.WaitVisible("main"))
}

func (v *visit) signIn(login string) {
	v.t.Helper()
	v.goTo("/sign-in")
	v.do(chromedp.SendKeys("#login", login), chromedp.SendKeys("#password", v.at.made.Password))
	v.click("form.form button.primary")
}

func (v *visit) text(sel string) string {
	v.t.Helper()
	return ask(v, chromedp.Text(sel))
}

// click follows a link or sends a form and waits for the next page.
func (v *visit) click(sel string) {
	v.t.Helper()
	if _, err := chromedp.RunResponse(v.ctx, chromedp.Click(sel)); err != nil {
		v.t.Fatalf("click %s: %v", sel, err)
	}
	v.do(chromedp.WaitVisible("main"))
}

// number reads the digits of a figure.
func number(t *testing.T, s string) int {
	t.Helper()
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("no number in %q", s)
	}
	return n
}

// TestMainPath is the main job as a person does it: overview → indicator → its cases → a case
// → the bulletin, downloaded and opened.
func TestMainPath(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.goTo("/overview")
	v.shot("overview")
	shown := number(t, v.text(`[data-figure="filed"] a.num`))
	v.click(`[data-figure="filed"] a.num`)
	if total := v.total(); total != shown {
		t.Errorf("the overview shows %d cases filed, their list holds %d", shown, total)
	}
	v.goTo("/indicators?set=spc-2024-01")
	v.shot("indicators")
	v.click(`a[href*="/indicators/spc-2024-01/within_limit_rate"]`)
	v.shot("indicator")
	v.click(`a.num[href*="side=denominator"]`)
	v.shot("cases")
	if why := v.text("table.cases tbody tr td.why"); why == "" {
		t.Error("the list does not say why a case is in it")
	}
	caseNo := v.text("table.cases tbody tr th a")
	v.click("table.cases tbody tr th a")
	v.shot("case")
	if page := v.text("main"); !strings.Contains(page, caseNo) || !strings.Contains(page, "批次") {
		t.Errorf("the page of %s names neither the case nor where it came from", caseNo)
	}
	v.goTo("/data")
	v.shot("data")
	v.goTo("/data/issues")
	v.shot("issues")
	v.goTo("/data/completeness")
	v.shot("completeness")
	v.goTo("/documents")
	v.shot("documents")
	v.click(`#paper-monthly-2024-06 th a`)
	v.openBulletin()
}

// total reads how many cases a list holds from its pager: 第 1—50 条，共 106,069 条.
func (v *visit) total() int {
	v.t.Helper()
	_, after, ok := strings.Cut(v.text("nav.pager"), "共")
	if !ok {
		v.t.Fatal("the list does not say how many cases it holds")
	}
	before, _, _ := strings.Cut(after, "条")
	return number(v.t, before)
}

// openBulletin downloads the newest bulletin with the window's session and opens it.
func (v *visit) openBulletin() {
	v.t.Helper()
	href := ask(v, chromedp.AttributeValue(`a[href$="bulletin.docx"]`, "href")).Value
	encoded := ask(v, chromedp.Evaluate[string](fmt.Sprintf(`fetch(%q).then(r => r.arrayBuffer()).then(b => btoa(Array.from(new Uint8Array(b), c => String.fromCharCode(c)).join("")))`, href), chromedp.EvalAwaitPromise))
	docx, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		v.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		v.t.Fatalf("the bulletin does not open: %v", err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		v.t.Fatal(err)
	}
	body, err := io.ReadAll(f)
	tags := regexp.MustCompile(`<[^>]*>`)
	if err != nil || !strings.Contains(tags.ReplaceAllString(string(body), ""), "2024年6月审判质效指标通报") {
		v.t.Errorf("the bulletin has not its title (%v)", err)
	}
}

// shown is what a section shows: headings, things to open or fill in, and texts that are keys of
// messages instead of words.
type shown struct {
	Heads, Content int
	Keys           []string
	Title          string
}

const sectionShown = `({Heads: document.querySelectorAll("main h1").length, Title: document.querySelector("main h1").textContent,
	Content: document.querySelectorAll("main a.num, main tbody tr, main form, main li, main svg, main article").length,
	Keys: [...document.querySelectorAll("h1, h2, th, button, label, summary, nav a, dt")].map(x => x.textContent.trim()).filter(x => /^[a-z_]+(\.[a-z_]+)+$/.test(x))})`

// section opens a section and complains of one without a heading, content or words.
func (v *visit) section(path string) shown {
	v.t.Helper()
	v.goTo(path)
	s := ask(v, chromedp.Evaluate[shown](sectionShown))
	if s.Heads != 1 || s.Content == 0 || len(s.Keys) > 0 {
		v.t.Errorf("%s has %d headings, %d things on it, and keys for words: %v", path, s.Heads, s.Content, s.Keys)
	}
	return s
}

// TestEveryRole signs in as every role, in both languages, and opens every section it is
// offered: each has a heading, something to open or to fill in, and words of its language; what
// lies outside the scope is not on the pages.
func TestEveryRole(t *testing.T) {
	for _, who := range city.made.Users {
		t.Run(string(who.Role), func(t *testing.T) {
			v := open(t, 1366, 768)
			v.signIn(who.User)
			paths := ask(v, chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("nav.side li a"), a => a.getAttribute("href"))`))
			if len(paths) == 0 {
				t.Fatal("no section is offered")
			}
			titles := map[string]string{}
			for _, p := range paths {
				titles[p] = v.section(p).Title
				page := v.text("main")
				if strings.Contains(page, "内部错误") || len(page) < 10 {
					t.Errorf("%s shows: %.80s", p, page)
				}
				if who.Court == "藏9801" && (strings.Contains(page, "雪砾县人民法院") || strings.Contains(page, "（2023）藏9802")) {
					t.Errorf("%s shows another court's data to %s", p, who.User)
				}
			}
			if paths[0] != "/today" {
				t.Errorf("the first section is %s, not /today", paths[0])
			}
			v.goTo(paths[0])
			v.shot("today-" + string(who.Role))
			v.click(`form.prefs button[name="lang"]`)
			if lang := ask(v, chromedp.Evaluate[string](`document.documentElement.lang`)); lang != "en" {
				t.Errorf("after the switch the page's language is %q", lang)
			}
			for _, p := range paths {
				if title := v.section(p).Title; title == titles[p] {
					t.Errorf("%s has the same heading in both languages: %s", p, title)
				}
			}
			if who.Role == access.Analyst {
				v.goTo("/overview")
				v.shot("overview-en")
			}
		})
	}
}

// TestForbiddenIsForbidden asks by address for what a role may not open.
func TestForbiddenIsForbidden(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("faguan")
	res, err := chromedp.RunResponse(v.ctx, chromedp.Navigate(city.url+"/data/import"))
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != http.StatusForbidden {
		t.Errorf("the import form answers a judge with %d", res.Status)
	}
	if page := v.text("main"); !strings.Contains(page, "统计员") {
		t.Errorf("the page does not say who may: %.200s", page)
	}
	v.shot("forbidden")
}

// TestShapes looks at the overview on other screens: no page may be wider than its screen.
func TestShapes(t *testing.T) {
	for _, s := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"wide", 1920, 1080}} {
		v := open(t, s.width, s.height)
		v.signIn("yuanzhang")
		for _, p := range []string{"/today", "/overview", "/situation", "/situation/screen", "/longpending", "/indicators", "/cases", "/cases?pick=near_limit", "/data", "/documents"} {
			v.goTo(p)
			if ask(v, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth + 1`)) {
				t.Errorf("%s: %s is wider than the screen", s.name, p)
			}
		}
		for _, p := range []string{"overview", "today", "situation", "situation/screen", "longpending"} {
			v.goTo("/" + p)
			v.shot(strings.ReplaceAll(p, "/", "-") + "-" + s.name)
		}
	}
	v := open(t, 1366, 768)
	v.signIn("yuanzhang")
	for _, p := range []string{"situation", "situation/screen", "longpending", "cases?pick=inactive_90"} {
		v.goTo("/" + p)
		v.shot(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(p))
	}
	v.goTo("/today")
	v.click(`form.prefs button[name="theme"]`)
	for _, p := range []string{"overview", "today", "situation", "situation/screen", "longpending"} {
		v.goTo("/" + p)
		v.shot(strings.ReplaceAll(p, "/", "-") + "-dark")
	}
}

// shot keeps a screenshot when ZHUNSHENG_SHOTS names a folder: how docs/screenshots is made.
func (v *visit) shot(name string) {
	v.t.Helper()
	dir := os.Getenv("ZHUNSHENG_SHOTS")
	if dir == "" {
		return
	}
	v.do(chromedp.Sleep(700 * time.Millisecond))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), ask(v, chromedp.CaptureScreenshot()), 0o644); err != nil {
		v.t.Fatal(err)
	}
}
