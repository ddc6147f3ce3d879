package jobs_test

import (
	"bytes"
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/rules"
)

// bring imports files by the standard mapping as one batch.
func bring(t *testing.T, im *jobs.Importer, dataDay string, files map[string]string) store.Batch {
	t.Helper()
	m, err := im.Mapping(context.Background(), "cn-standard")
	if err != nil {
		t.Fatal(err)
	}
	run := jobs.Run{User: "li", Mapping: m}
	if run.DataDay, err = civil.ParseDate(dataDay); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cases.csv", "事件.csv"} {
		if text := files[name]; text != "" {
			run.Inputs = append(run.Inputs, ledger.Input{Name: name, R: strings.NewReader(text), Size: int64(len(text))})
		}
	}
	b, err := im.Import(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// limits prints the limit of every case as of a batch: number, limit, due date or problem, doubts.
func limits(t *testing.T, im *jobs.Importer, batch int64) []string {
	t.Helper()
	var out []string
	err := im.Store.Export(context.Background(), batch, func(r *store.Record) error {
		no := r.CaseNo[strings.LastIndexAny(r.CaseNo, "初执终")+len("初"):]
		text := strings.TrimSuffix(no, "号") + " " + r.Limit.Rule + " " + r.Limit.DueOn.String()
		if r.Limit.Problem != "" {
			text = strings.TrimSuffix(no, "号") + " ?" + r.Limit.Problem
		}
		out = append(out, strings.TrimSpace(text+" "+r.Limit.Findings))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func wantLimits(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const caseHead = "法院代码,案号,案件类型,适用程序,立案日期,结案日期,结案方式,审限事项\n"

const eventHead = "法院代码,案号,事件编号,事件,日期,截止日期,延长月数,批准人\n"

// every is a ledger in which each row has something about its limit: what is wrong is kept as a
// problem or a doubt with the case, and the others are computed.
var every = map[string]string{
	"cases.csv": caseHead +
		"藏9801,（2024）藏9801民初1号,民初,简易程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初2号,民初,简易程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初3号,民初,不知什么程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初4号,民初,简易程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初5号,民初,简易程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初6号,民初,简易程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801民初7号,民初,普通程序,2024-03-05,,,\n" +
		"藏9801,（2024）藏9801执8号,执,执行程序,2024-03-05,,,\n",
	"事件.csv": eventHead +
		"藏9801,（2024）藏9801民初2号,1,鉴定,2024-03-20,2024-04-19,,\n" +
		"藏9801,（2024）藏9801民初4号,1,挂起来,2024-03-20,,,\n" +
		"藏9801,（2024）藏9801民初5号,1,扣除审限,2024-04-20,2024-04-01,,\n" +
		"藏9801,（2024）藏9801民初6号,1,延长审限,2024-05-20,,,院长\n" +
		"藏9801,（2024）藏9801民初7号,1,中止,2024-05-20,,,\n",
}

// TestEveryRowHasItsLimitOrItsReason: an import stores due dates, and reasons where there are
// none, and later events and days move them.
func TestEveryRowHasItsLimitOrItsReason(t *testing.T) {
	p, s, err := openOffice(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	im := p.Importer
	first := bring(t, im, "2024-05-31", every)
	want := []string{"1 CVS 2024-06-05", "2 CVS 2024-07-05", "3 ?several", "4 CVS 2024-06-05 event_unknown", "5 ?event_dates",
		"6 ?extension_length", "7 CV1 2024-09-18 provisional", "8 ?several"}
	wantLimits(t, "first", limits(t, im, 0), want...)

	bring(t, im, "2024-06-10", map[string]string{"事件.csv": eventHead + "藏9801,（2024）藏9801民初6号,1,延长审限,2024-05-20,,1,院长\n"})
	wantLimits(t, "the length was filled in, the suspension runs on", limits(t, im, 0), want[0], want[1], want[2], want[3], want[4],
		"6 CVS 2024-07-05", "7 CV1 2024-09-26 provisional", want[7])
	wantLimits(t, "as of the first batch", limits(t, im, first.ID), want...)
	if why, err := im.LimitsStale(context.Background()); err != nil || why != "" {
		t.Errorf("stale because of %q, %v", why, err)
	}
	diffs, err := im.Rebuild(context.Background())
	if err != nil || len(diffs) > 0 {
		t.Errorf("the archive gives %v, %v", diffs, err)
	}
}

// longer is the law with summary procedure of four months from 2024 on.
func longer(t *testing.T) fs.FS {
	t.Helper()
	const name = "limits/civil/CVS.yaml"
	text, err := fs.ReadFile(rules.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(text, []byte("base: 3m"))
	return fstest.MapFS{name: {Data: slices.Concat(text[:at], []byte("base: 4m"), text[at+len("base: 3m"):])}}
}

// TestOtherRulesAreAcceptedWithTheirEffect: a preview names the cases whose date moves and
// changes nothing; accepted, the rules hold for all cases and later imports, and not for the past.
func TestOtherRulesAreAcceptedWithTheirEffect(t *testing.T) {
	ctx := context.Background()
	p, s, err := openOffice(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	im := p.Importer
	first := bring(t, im, "2024-05-31", every)
	before := limits(t, im, 0)
	law, err := jobs.LoadLaw(rules.FS, longer(t))
	if err != nil {
		t.Fatal(err)
	}
	var moved []string
	tell := func(m store.LimitMove) error {
		moved = append(moved, m.CaseNo+" "+m.Was.DueOn.String()+" "+m.Is.DueOn.String())
		return nil
	}
	out, err := im.RecomputeLimits(ctx, jobs.Recompute{User: "li", Law: law, DryRun: true, Moved: tell})
	if err != nil || out.Batch != 0 || out.Moved != 3 || out.Cases != 8 {
		t.Errorf("preview %+v, %v", out, err)
	}
	wantLimits(t, "moved", moved, "（2024）藏9801民初1号 2024-06-05 2024-07-05", "（2024）藏9801民初2号 2024-07-05 2024-08-05",
		"（2024）藏9801民初4号 2024-06-05 2024-07-05")
	wantLimits(t, "after the preview", limits(t, im, 0), before...)

	out, err = im.RecomputeLimits(ctx, jobs.Recompute{User: "li", Reason: "试", Law: law})
	if err != nil || out.Batch == 0 || out.Law.Seq != 2 {
		t.Fatalf("accepted %+v, %v", out, err)
	}
	after := limits(t, im, 0)
	if after[0] != "1 CVS 2024-07-05" || after[3] != "4 CVS 2024-07-05 event_unknown" {
		t.Errorf("after: %v", after)
	}
	wantLimits(t, "the past", limits(t, im, first.ID), before...)
	bring(t, im, "2024-05-31", map[string]string{"cases.csv": caseHead + "藏9801,（2024）藏9801民初9号,民初,简易程序,2024-03-06,,,\n"})
	if got := limits(t, im, 0); got[len(got)-1] != "9 CVS 2024-07-08" {
		t.Errorf("a later import: %v", got)
	}
	if why, err := im.LimitsStale(ctx); err != nil || why != "" {
		t.Errorf("stale because of %q, %v", why, err)
	}
	if diffs, err := im.Rebuild(ctx); err != nil || len(diffs) > 0 {
		t.Errorf("the archive gives %v, %v", diffs, err)
	}
	kept, err := s.LimitRules(ctx, 2)
	if err != nil || kept.Moved != 3 || kept.Reason != "试" || kept.Who != "li" {
		t.Errorf("accepted rules %+v, %v", kept, err)
	}
	cutOff(t, im, kept)
}

// cutOff accepts the first rules again without applying them, as a crash in between would
// leave it: that is seen and made good.
func cutOff(t *testing.T, im *jobs.Importer, kept store.LimitRules) {
	t.Helper()
	ctx := context.Background()
	old, err := im.Store.LimitRules(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := im.Store.AcceptLimitRules(ctx, old); err != nil {
		t.Fatal(err)
	}
	if why, err := im.LimitsStale(ctx); err != nil || why != jobs.StaleRules {
		t.Errorf("stale because of %q, %v; rules %d were accepted after %d", why, err, 3, kept.Seq)
	}
	if _, err := im.RecomputeLimits(ctx, jobs.Recompute{User: "system"}); err != nil {
		t.Fatal(err)
	}
	if why, err := im.LimitsStale(ctx); err != nil || why != "" {
		t.Errorf("still stale because of %q, %v", why, err)
	}
	if got := limits(t, im, 0); got[0] != "1 CVS 2024-06-05" {
		t.Errorf("after: %v", got)
	}
}
