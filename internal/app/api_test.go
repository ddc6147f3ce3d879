package app

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// served is the office behind its real handler.
func served(t *testing.T) (*App, *httptest.Server) {
	t.Helper()
	a := office(t)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return a, s
}

// ask sends one request with a token and reads the answer.
func ask(t *testing.T, url, token string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatalf("%s: %d, %v", url, res.StatusCode, err)
	}
	return res.StatusCode, body
}

func token(t *testing.T, a *App, login string) string {
	t.Helper()
	s, err := a.newToken(context.Background(), scopeOf(t, a, login), "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPIObeysScopes(t *testing.T) {
	a, s := served(t)
	head, court, admin := token(t, a, "zhuren"), token(t, a, "jiban"), token(t, a, "admin")
	for _, tc := range []struct {
		path, token string
		status      int
		want        string
	}{
		{"/api/v1/state", "", 401, ""},
		{"/api/v1/state", "zs_wrong", 401, ""},
		{"/api/v1/state", court, 200, `"user":"jiban"`},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023", head, 200, `"value":5`},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023", court, 200, `"value":3`},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023&court=藏9802", head, 200, `"value":2`},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023&court=藏9802", court, 403, "藏9802"},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023", admin, 403, "view_figures"},
		{"/api/v1/figures?set=volume&indicator=filed&period=2023-13", head, 422, "2023-13"},
		{"/api/v1/figures?set=nothing&period=2023", head, 404, "nothing"},
		{"/api/v1/figures?set=volume&period=2023&nonsense=1", head, 422, "nonsense"},
		{"/api/v1/cases?set=volume&indicator=filed&period=2023", head, 200, `"total":5`},
		{"/api/v1/cases?set=volume&indicator=filed&period=2023", court, 200, `"total":3`},
		{"/api/v1/cases?state=open&limit=1", head, 200, "藏9802民初2号"},
		{"/api/v1/imports/2", head, 200, `"changed":1`},
		{"/api/v1/imports/9", head, 404, ""},
		{"/api/v1/imports/1/issues", court, 200, `"total":`},
	} {
		status, body := ask(t, s.URL+tc.path, tc.token)
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if status != tc.status || !strings.Contains(string(text), tc.want) {
			t.Errorf("%s: %d %s, want %d with %s", tc.path, status, text, tc.status, tc.want)
		}
	}
	if err := a.store.EndToken(context.Background(), "zhuren", hashToken(head)); err != nil {
		t.Fatal(err)
	}
	if status, _ := ask(t, s.URL+"/api/v1/state", head); status != 401 {
		t.Errorf("an ended token is answered with %d", status)
	}
	_, spec := ask(t, s.URL+"/api/v1/openapi.json", "")
	if v, _ := spec["openapi"].(string); !strings.HasPrefix(v, "3.1") {
		t.Errorf("the description is OpenAPI %v", spec["openapi"])
	}
}

// TestAPIWalkThrough runs the commands of docs/api.md as they stand there, against a small
// office, and compares what each must print.
func TestAPIWalkThrough(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl on this machine")
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	a, s := served(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ledger.csv"), []byte(secondBatch), 0o600); err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:\nprints(?:[^\n]*)\n\n```\n(.*?)\n```)?").FindAllStringSubmatch(string(doc), -1)
	if len(steps) < 7 {
		t.Fatalf("only %d commands found in the walk-through", len(steps))
	}
	for _, step := range steps {
		c := exec.Command("sh", "-ec", step[1])
		c.Dir = dir
		c.Env = append(os.Environ(), "ZS="+s.URL, "TOKEN="+token(t, a, "zhuren"))
		var out, complaint bytes.Buffer
		c.Stdout, c.Stderr = &out, &complaint
		if err := c.Run(); err != nil {
			t.Errorf("%s: %v %s %s", step[1], err, out.String(), complaint.String())
		}
		if !strings.Contains(out.String(), step[2]) {
			t.Errorf("%sprints %s, want %s", step[1], out.String(), step[2])
		}
	}
}
