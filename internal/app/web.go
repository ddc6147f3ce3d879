package app

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
	"zhunsheng/web"
	"zhunsheng/web/page/overview"
)

// Handler builds the pages over this installation.
func (a *App) Handler() (http.Handler, error) {
	sessions := scs.New()
	sessions.Store = a.store.Sessions()
	sessions.Lifetime = 12 * time.Hour
	sessions.IdleTimeout = 2 * time.Hour
	sessions.Cookie.Name = "zhunsheng"
	sessions.Cookie.HttpOnly = true
	sessions.Cookie.SameSite = http.SameSiteLaxMode
	return web.New(web.Deps{
		Log: a.log, Sessions: sessions, Office: officeDesk{a}, Gate: gate{a, &guard{}},
		Today: todayDesk{a}, Overview: overviewDesk{a}, Indicators: indicatorDesk{a}, Cases: caseDesk{a}, LongPending: stockDesk{a}, Situation: situationDesk{a}, Imports: importDesk{a}, Quality: qualityDesk{a}, Ledger: ledgerDesk{a}, Disputes: disputeDesk{a}, Documents: documentDesk{a}, Papers: paperDesk{a}, Notes: noteDesk{a}, Settings: settingsDesk{a}, Search: documentDesk{a}, Intervals: settingsDesk{a}, Signals: signalsDesk{a}, Foresight: foresightDesk{a}, Procedures: procedureDesk{a}, Appraisals: appraisalDesk{a}, API: apiDesk{a}, Law: a, Limits: limitDesk{a},
	})
}

// officeDesk tells the shell what the installation holds.
type officeDesk struct{ *App }

func (a officeDesk) State(ctx context.Context) (web.State, error) {
	var s web.State
	var err error
	if s.DataDay, err = a.DataDay(ctx); err != nil {
		return s, err
	}
	batches, err := a.store.BatchStates(ctx)
	if err != nil {
		return s, err
	}
	for _, b := range batches {
		switch {
		case b.State == store.Committed && b.ID > s.Batch:
			s.Batch, s.Committed = b.ID, b.Committed
		case b.State == store.Interrupted:
			s.Interrupted = b.ID
		case b.State == store.Running:
			s.Running, s.Percent = b.ID, a.runs.percent(b.ID)
		}
	}
	return s, a.follow(ctx, s.Batch)
}

func (a officeDesk) Lists(ctx context.Context) (web.Lists, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return web.Lists{}, err
	}
	return web.Lists{Courts: l.courts, Divisions: l.divisions, Judges: l.roster, Causes: l.causes, Vocabulary: l.words}, nil
}

// overviewDesk joins figures and trust notes.
type overviewDesk struct{ *App }

func (a overviewDesk) Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error) {
	return a.App.Compute(ctx, at, req)
}

func (a overviewDesk) Trust(ctx context.Context, at access.Scope) (overview.Trust, error) {
	return qualityDesk(a).Trust(ctx, at)
}
