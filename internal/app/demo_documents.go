package app

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/paper"
	"zhunsheng/web/page/documents"
)

// demoWriter takes the documents of the demo through their life, as the people of the city do.
type demoWriter struct {
	desk   paperDesk
	people map[string]access.Scope // by login
	courts []string                // that receive, in administrative order
	until  civil.Date
}

func (a *App) demoWriter(city *demo.City) demoWriter {
	w := demoWriter{desk: paperDesk{a}, people: map[string]access.Scope{}, until: city.Until}
	for _, u := range city.Users {
		w.people[u.Scope.User] = u.Scope
	}
	for _, c := range city.Courts[1:] {
		w.courts = append(w.courts, c.Code)
	}
	return w
}

// delivered issues the bulletin of a month on the day its data came: those of the last two
// months before the demo's own, and the analysis of the quarter before its own, whose suggestions
// come back in the next. The earlier bulletin is restated at the end, from data that changed since.
func (w demoWriter) delivered(ctx context.Context, day civil.Date) error {
	if quarter := lastWhole("quarter", w.until).Preceding(); day == quarter.To {
		if err := w.deliver(ctx, documents.Order{Kind: "quarterly", Period: quarter}, len(w.courts)); err != nil {
			return err
		}
	}
	y, m, _ := w.until.YMD()
	for back := 1; back <= 2; back++ {
		month := civil.Month(y, m-back)
		if day != month.To {
			continue
		}
		if err := w.deliver(ctx, documents.Order{Kind: "monthly", Period: month}, 7-3*back); err != nil {
			return err
		}
	}
	return nil
}

// deliver drafts a document of the city and takes it to all courts.
func (w demoWriter) deliver(ctx context.Context, o documents.Order, acknowledged int) error {
	id, err := w.desk.Begin(ctx, w.people["tongji"], o)
	if err == nil {
		err = w.issue(ctx, id, w.courts, acknowledged)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", o.Kind, o.Period, err)
	}
	return nil
}

// recalled sends a notice to one court and takes it back: what it relied on proved wrong.
func (w demoWriter) recalled(ctx context.Context) error {
	y, m, _ := w.until.YMD()
	court := w.courts[len(w.courts)-1]
	id, err := w.desk.Begin(ctx, w.people["tongji"], documents.Order{Kind: "notice", Court: court, Period: civil.Month(y, m-1),
		Given: bulletin.Given{Evidence: []string{"收到反映：部分案件立案后未及时安排开庭，请予核实。"}}})
	if err != nil {
		return fmt.Errorf("notice to %s: %w", court, err)
	}
	if err := w.issue(ctx, id, []string{court}, 1); err != nil {
		return fmt.Errorf("notice to %s: %w", court, err)
	}
	return w.act(ctx, "zhuren", id, documents.Act{Action: paper.Recall, Reason: "反映的情况经核实与该院无关，予以撤回。"})
}

// finish restates the earlier bulletin, recalls a notice, and lets the drafts of the last month
// and quarter appear.
func (w demoWriter) finish(ctx context.Context) error {
	if err := w.recalled(ctx); err != nil {
		return err
	}
	y, m, _ := w.until.YMD()
	id := "monthly-" + civil.Month(y, m-2).String()
	if p, err := w.desk.store.Paper(ctx, id); err == nil && p.State == paper.Issued {
		if err := w.act(ctx, "zhuren", id, documents.Act{Action: paper.Restate}); err != nil {
			return fmt.Errorf("restate %s: %w", id, err)
		}
		if err := w.issue(ctx, id+"-r2", w.courts, 1); err != nil {
			return fmt.Errorf("restate %s: %w", id, err)
		}
	}
	_, err := w.desk.Schedule(ctx)
	return err
}

// issue writes what a person has to write and takes a draft to courts, of which the first few
// acknowledge.
func (w demoWriter) issue(ctx context.Context, id string, courts []string, acknowledged int) error {
	p, err := w.desk.Paper(ctx, w.people["tongji"], id)
	if err != nil {
		return err
	}
	for _, l := range p.Lines {
		if !l.Open {
			continue
		}
		text := documents.Writing{Sentence: l.ID, Text: "经与该院核对，系阶段性因素所致，已请承办部门逐案说明。"}
		if err := w.desk.Write(ctx, w.people["tongji"], id, text); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		login string
		act   documents.Act
	}{
		{"tongji", documents.Act{Action: paper.Check}}, {"zhuren", documents.Act{Action: paper.Cosign}},
		{"yuanzhang", documents.Act{Action: paper.Approve, Organ: "party_group", Reason: "党组会议审议通过"}}, {"zhuren", documents.Act{Action: paper.Issue, Courts: courts}},
	} {
		if err := w.act(ctx, x.login, id, x.act); err != nil {
			return err
		}
	}
	for i, court := range courts[:min(acknowledged, len(courts))] {
		who := access.Scope{User: court + "审管办", Role: access.CourtOffice, Court: court}
		if u := w.people["jiceng"]; u.Court == court {
			if i == 0 && acknowledged < 4 {
				continue // left for the demo's own user to do
			}
			who = u
		}
		if err := w.desk.Act(ctx, who, id, documents.Act{Action: paper.Acknowledge}); err != nil {
			return err
		}
	}
	return nil
}

func (w demoWriter) act(ctx context.Context, login, id string, x documents.Act) error {
	p, err := w.desk.store.Paper(ctx, id)
	if err != nil {
		return err
	}
	x.Seq = p.Seq
	return w.desk.Act(ctx, w.people[login], id, x)
}
