package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

func TestUsers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		li := store.User{Login: "li", Name: "李", Hash: "$argon2id$v=19$…", Role: access.DivisionHead, Court: "藏9801", Division: "m1"}
		got, err := s.AddUser(ctx, li)
		if err != nil {
			t.Fatal(err)
		}
		li.ID, li.Created = 1, c.t
		if got != li {
			t.Errorf("added %+v\nwant %+v", got, li)
		}
		if _, err := s.AddUser(ctx, li); !errors.Is(err, fault.Conflict) {
			t.Errorf("same login twice: %v", err)
		}
		if _, err := s.AddUser(ctx, store.User{Login: "x", Hash: "h", Role: "king"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("unknown role: %v", err)
		}
		li.Role, li.City, li.Disabled = access.OfficeHead, true, true
		if err := s.UpdateUser(ctx, li); err != nil {
			t.Fatal(err)
		}
		if got, err := s.UserByLogin(ctx, "li"); err != nil || got != li {
			t.Errorf("updated %+v, %v", got, err)
		}
		if want := (access.Scope{User: "li", Name: "李", Role: access.OfficeHead, City: true, Court: "藏9801", Division: "m1"}); li.Scope() != want {
			t.Errorf("scope %+v", li.Scope())
		}
		for _, login := range []string{"", "wang"} {
			if _, err := s.UserByLogin(ctx, login); !errors.Is(err, fault.NotFound) {
				t.Errorf("user %q: %v", login, err)
			}
		}
		ghost := li
		ghost.Login = "ghost"
		if err := s.UpdateUser(ctx, ghost); !errors.Is(err, fault.NotFound) {
			t.Errorf("update of nobody: %v", err)
		}
		if list, err := s.Users(ctx); err != nil || len(list) != 1 {
			t.Errorf("users: %v, %v", list, err)
		}
	})
}

func TestSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		x := s.Sessions()
		data := []byte{0, 1, 255}
		for _, d := range [][]byte{nil, data} { // the second write replaces the first
			if err := x.CommitCtx(ctx, "token", append([]byte{}, d...), c.t.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Commit("other", data, c.t.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := x.Find("token"); !ok || err != nil || !bytes.Equal(got, data) {
			t.Errorf("find: %v %v %v", got, ok, err)
		}
		c.pass(2 * time.Hour)
		if _, ok, err := x.FindCtx(ctx, "token"); ok || err != nil {
			t.Errorf("expired session: %v %v", ok, err)
		}
		all, err := x.(scs.IterableCtxStore).AllCtx(ctx)
		if err != nil || len(all) != 1 || !bytes.Equal(all["other"], data) {
			t.Errorf("all: %v, %v", all, err)
		}
		for _, token := range []string{"other", "nobody"} {
			if err := x.Delete(token); err != nil {
				t.Error(err)
			}
		}
		if _, ok, _ := x.Find("other"); ok {
			t.Error("deleted session found")
		}
	})
}

func TestSettings(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		if _, ok, err := s.Setting(ctx, "data_day"); ok || err != nil {
			t.Errorf("unset: %v %v", ok, err)
		}
		for _, v := range []string{"2024-05-31", "2024-06-30"} {
			if err := s.SetSetting(ctx, "data_day", v); err != nil {
				t.Fatal(err)
			}
		}
		if v, ok, err := s.Setting(ctx, "data_day"); v != "2024-06-30" || !ok || err != nil {
			t.Errorf("set: %q %v %v", v, ok, err)
		}
	})
}

func TestAuditChain(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := place(t)
			s := open(t, url, newClock())
			var wg sync.WaitGroup
			for i := range 20 { // appenders side by side never fork the chain
				wg.Go(func() {
					if _, err := s.AppendAudit(ctx, audit.Entry{Who: "li", Action: "import", Object: fmt.Sprintf("batch %d", i), Detail: "明细"}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if last, err := s.VerifyAudit(ctx); err != nil || last.Seq != 20 {
				t.Fatalf("chain: %+v, %v", last, err)
			}
			page, err := s.AuditTrail(ctx, 11, 3)
			if err != nil || len(page) != 3 || page[0].Seq != 10 || page[2].Seq != 8 {
				t.Errorf("page: %+v, %v", page, err)
			}
			if page, err := s.AuditTrail(ctx, 0, 1); err != nil || len(page) != 1 || page[0].Seq != 20 {
				t.Errorf("last: %+v, %v", page, err)
			}

			tamper(t, url, "UPDATE audit SET who = 'wang' WHERE seq = 7")
			if _, err := s.VerifyAudit(ctx); err == nil || !strings.Contains(err.Error(), "audit record 7: was changed") {
				t.Errorf("changed record: %v", err)
			}
			tamper(t, url, "UPDATE audit SET who = 'li' WHERE seq = 7", "DELETE FROM audit WHERE seq = 3")
			if _, err := s.VerifyAudit(ctx); err == nil || !strings.Contains(err.Error(), "audit record 3: missing") {
				t.Errorf("removed record: %v", err)
			}
		})
	}
}

// tamper changes the office database behind the store's back.
func tamper(t *testing.T, url string, queries ...string) {
	t.Helper()
	driver, dsn := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", strings.TrimSuffix(path, ".db")+"-office.db"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEditions(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url, c := place(t), newClock()
			s := open(t, url, c)
			e := store.Edition{ID: "monthly-藏98-2023-12-1", Kind: "monthly", Title: "审判态势", Court: "藏98", Period: "2023-12", Batch: 4,
				Created: c.t, Who: "li", Program: "1.0", Hash: "ab", Files: []store.EditionFile{
					{Name: "bulletin.docx", Media: "application/docx", Data: []byte{1, 0, 2}}, {Name: "figures.json", Data: []byte{}}}}
			if err := s.SaveEdition(ctx, e); err != nil {
				t.Fatal(err)
			}
			if err := s.SaveEdition(ctx, e); !errors.Is(err, fault.Conflict) {
				t.Errorf("saved twice: %v", err)
			}
			got, err := s.Edition(ctx, e.ID)
			if err != nil || len(got.Files) != 2 || !bytes.Equal(got.Files[0].Data, e.Files[0].Data) || got.Title != e.Title || !got.Created.Equal(c.t) {
				t.Errorf("read back %+v, %v", got, err)
			}
			list, err := s.Editions(ctx)
			if err != nil || len(list) != 1 || len(list[0].Files) != 2 || list[0].Files[0].Data != nil || list[0].Files[0].Bytes != 3 {
				t.Errorf("list %+v, %v", list, err)
			}
			if _, err := s.Edition(ctx, "nothing"); !errors.Is(err, fault.NotFound) {
				t.Errorf("unknown edition: %v", err)
			}
			tamper(t, url, "UPDATE edition_file SET sha256 = 'x' WHERE seq = 1")
			if _, err := s.Edition(ctx, e.ID); !errors.Is(err, fault.Conflict) {
				t.Errorf("changed file: %v", err)
			}
		})
	}
}
