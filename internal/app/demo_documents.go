package app

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
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
// months before the demo's own. The earlier one is restated at the end, from data that changed
// since.
func (w demoWriter) delivered(ctx context.Context, day civil.Date) error {
	y, m, _ := w.until.YMD()
	for back := 1; back <= 2; back++ {
		month := civil.Month(y, m-back)
		if day != month.To {
			continue
		}
		id, err := w.desk.Begin(ctx, w.people["tongji"], documents.Order{Kind: "monthly", Period: month})
		if err != nil {
			return fmt.Errorf("bulletin of %s: %w", month, err)
		}
		if err := w.issue(ctx, id, 7-3*back); err != nil {
			return fmt.Errorf("bulletin of %s: %w", month, err)
		}
	}
	return nil
}

// finish restates the earlier bulletin and lets the drafts of the last month and quarter appear.
func (w demoWriter) finish(ctx context.Context) error {
	y, m, _ := w.until.YMD()
	id := "monthly-" + civil.Month(y, m-2).String()
	if p, err := w.desk.store.Paper(ctx, id); err == nil && p.State == paper.Issued {
		if err := w.act(ctx, "zhuren", id, documents.Act{Action: paper.Restate}); err != nil {
			return fmt.Errorf("restate %s: %w", id, err)
		}
		if err := w.issue(ctx, id+"-r2", 1); err != nil {
			return fmt.Errorf("restate %s: %w", id, err)
		}
	}
	_, err := w.desk.Schedule(ctx)
	return err
}

// issue writes what a person has to write and takes a draft to the courts, of which the first
// few acknowledge.
func (w demoWriter) issue(ctx context.Context, id string, acknowledged int) error {
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
		{"yuanzhang", documents.Act{Action: paper.Approve, Organ: "party_group", Reason: "党组会议审议通过"}}, {"zhuren", documents.Act{Action: paper.Issue, Courts: w.courts}},
	} {
		if err := w.act(ctx, x.login, id, x.act); err != nil {
			return err
		}
	}
	for i, court := range w.courts[:min(acknowledged, len(w.courts))] {
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
