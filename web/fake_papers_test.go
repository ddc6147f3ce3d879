package web

import (
	"bytes"
	"context"
	"io"
	"math/big"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/documents"
)

// fakePapers is one document in every state, in memory.
type fakePapers struct{ f *fake }

// paperAt is when everything happened.
var paperAt = time.Date(2024, 7, 1, 9, 0, 0, 0, time.UTC)

func (p fakePapers) card(s paper.State) documents.Card {
	return documents.Card{ID: "p-" + string(s), Kind: "monthly", Title: "2024年5月审判质效指标通报", Period: civil.Month(2024, 5), State: s, Seq: 2, At: paperAt, By: "王敏", Scheduled: true, Batch: 12, Sent: 2, Signed: 1, Edition: "2024-05-a1"}
}

func (p fakePapers) Board(_ context.Context, at access.Scope) (documents.Board, error) {
	b := documents.Board{Kinds: []string{"monthly", "quarterly"}, DataDay: civil.NewDate(2024, 6, 30)}
	if p.f.empty {
		return b, nil
	}
	p.f.mu.Lock()
	b.Loose = p.f.built
	p.f.mu.Unlock()
	for _, s := range paper.States() {
		if at.City || s == paper.Issued {
			b.Papers = append(b.Papers, p.card(s))
		}
	}
	b.Attempts = []documents.Attempt{{Kind: "quarterly", Period: civil.Quarter(2024, 2), State: "failed", Note: "磁盘已满", At: paperAt}}
	return b, nil
}

func (p fakePapers) Paper(_ context.Context, at access.Scope, id string) (documents.Paper, error) {
	for _, s := range paper.States() {
		if id != "p-"+string(s) {
			continue
		}
		if !at.City && s != paper.Issued && s != paper.Draft {
			return documents.Paper{}, fault.Forbiddenf("not issued to your court")
		}
		doc := &bulletin.Edition{Title: "通报", Lang: "zh",
			Body:      []bulletin.Part{{Level: 1, Says: []string{"s1"}}, {Says: []string{"s2"}}, {Table: &bulletin.Table{Caption: "收结存", Head: []string{"条线", "新收"}, Rows: [][]bulletin.Cell{{{Text: "民事"}, {Text: "605", Figure: "filed"}}}, Numeric: []bool{false, true}}}, {Chart: &bulletin.Chart{}}},
			Sentences: []bulletin.Sentence{{ID: "s1", Text: "一、收结存"}, {ID: "s2", Text: "新收606件。", Figures: []string{"filed"}}},
			Figures:   []bulletin.Printed{{ID: "filed", Text: "605", Unit: "count", Set: "volume", Indicator: "filed", Period: "2024-05"}}}
		out := documents.Paper{Card: p.card(s), Version: 2, DataDay: civil.NewDate(2024, 6, 30), Doc: doc, Findings: 1, Program: "0.1.0", Rules: "abc", Newer: 13,
			Lines: []documents.Line{{Sentence: doc.Sentences[0], Generated: "一、收结存"}, {Sentence: doc.Sentences[1], Generated: "新收605件。", Version: 1, By: "王敏", At: paperAt, Figures: doc.Figures,
				Findings: []documents.Finding{{Rule: "traceability", Printed: "606", Recomputed: "605", Why: statute.Text{Zh: "没有编号相符的数值", En: "no figure has this value"}}}}},
			Lacks:      []documents.Missing{{What: "gaps", Count: 2, Courts: []string{"藏9802"}}, {What: "intervals", Count: 3}, {What: "rejected", Count: 1}, {What: "flagged", Count: 1}},
			Steps:      []documents.Step{{Seq: 1, Action: paper.Begin, State: paper.Draft, At: paperAt, Who: "王敏"}, {Seq: 2, Action: paper.Approve, State: paper.Approved, At: paperAt, Who: "次仁", Organ: "party_group", Reason: "第12次"}},
			Recipients: []documents.Recipient{{Court: "藏9801", Acknowledged: paperAt, By: "卓玛"}, {Court: "藏9802"}},
			Courts:     []string{"藏9801", "藏9802"}, Files: []documents.File{{Name: "bulletin.docx"}, {Name: "appendix.xlsx"}, {Name: "figures.json"}},
			Edits: s == paper.Draft && at.Can(access.BuildBulletin)}
		for _, m := range paper.Moves(s) {
			if at.Can(m.Need) {
				out.Moves = append(out.Moves, m)
			}
		}
		return out, nil
	}
	return documents.Paper{}, fault.NotFoundf("no document %s", id)
}

func (p fakePapers) Begin(_ context.Context, _ access.Scope, o documents.Order) (string, error) {
	if o.Kind != "monthly" {
		return "", fault.At("kind", "no such kind", "use monthly")
	}
	return "p-draft", nil
}

func (p fakePapers) Write(_ context.Context, _ access.Scope, _ string, w documents.Writing) error {
	if w.Base < 1 {
		return fault.Conflictf("somebody else wrote")
	}
	return nil
}

func (p fakePapers) Act(_ context.Context, at access.Scope, id string, a documents.Act) error {
	m, err := paper.Find(paper.State(id[2:]), a.Action)
	if err != nil {
		return err
	}
	return m.Check(at, a.Reason)
}

// brk is an indicator redefined in March.
func brk() []documents.Break {
	return []documents.Break{{Name: statute.Text{Zh: "快结率", En: "quick closings"}, Unit: "share", From: civil.NewDate(2024, 3, 1),
		Months: []documents.BothWays{{Period: civil.Month(2024, 2), Old: big.NewRat(1, 2), New: big.NewRat(1, 4)}, {Period: civil.Month(2024, 3), Old: big.NewRat(1, 2), New: nil, InForce: true}},
		Jump:   indicator.Split(big.NewRat(1, 2), big.NewRat(3, 4), big.NewRat(1, 4))}}
}

func (p fakePapers) Compare(context.Context, access.Scope, string, string, string) (documents.Comparison, error) {
	return documents.Comparison{Choices: []documents.Choice{{ID: "v1", At: paperAt, Text: statute.Text{Zh: "第1稿", En: "draft 1"}}, {ID: "present", At: paperAt, Text: statute.Text{Zh: "现稿", En: "present"}}}, Then: "v1", Now: "present",
		Sentences: []bulletin.SentenceChange{{ID: "s1", Then: "同", Now: "同"}, {ID: "s2", Then: "新收605件。", Now: "新收606件。"}},
		Figures:   []bulletin.FigureChange{{Figure: bulletin.Printed{ID: "volume/filed/2024-05"}, Then: "605", Now: "606"}}, Breaks: brk()}, nil
}

func (p fakePapers) Restate(context.Context, access.Scope, string) (documents.Restated, error) {
	return documents.Restated{Edition: "2024-05-a1", Batch: 13, Breaks: brk(), Figures: []documents.Moved{{
		Figure: bulletin.Printed{ID: "volume/filed/2024-05", Text: "605", Unit: "count"}, Name: statute.Text{Zh: "新收", En: "filed"}, Now: "606", Jump: indicator.Split(big.NewRat(605, 1), big.NewRat(605, 1), big.NewRat(606, 1)),
		Cases: []documents.MovedCase{{Court: "藏9801", Key: "k", CaseNo: "（2024）藏9801民初3号", Side: "numerator", How: "entered", Why: []documents.FieldChange{{Batch: 13}, {Batch: 13, Field: statute.Text{Zh: "结案日期", En: "closed on"}, Is: "2024-05-18"}}}}}}}, nil
}

func (p fakePapers) Take(_ context.Context, _ access.Scope, id, name string) (documents.File, io.ReadCloser, error) {
	if name != "bulletin.docx" {
		return documents.File{}, nil, fault.NotFoundf("no file %s", name)
	}
	return documents.File{Name: id + "-" + name, Type: "application/octet-stream", Bytes: 4}, io.NopCloser(bytes.NewReader([]byte("PK\x03\x04"))), nil
}
