package settings

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"zhunsheng/internal/audit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// logSize is how many records a page of the log shows.
const logSize = 100

// logModel is one page of the log.
type logModel struct {
	Lines        []logLine
	Newer, Older string // addresses; empty: none
	Filter       string // the one action shown; empty: all
	Verified     string // what the walk over the chain found; empty: not asked
	Broken       bool
}

type logLine struct{ No, At, Who, Action, Object, Detail, Hash string }

// Log shows the log, newest first; verify=1 walks the whole chain first.
func (p *Pages) Log(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	before, err := strconv.ParseInt(v.Query.Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	var m logModel
	if v.Query.Get("verify") != "" {
		if err := p.verify(r, v, &m); err != nil {
			return err
		}
	}
	action := v.Query.Get("action")
	records, err := p.records(r.Context(), v, before, action)
	if err != nil {
		return err
	}
	if action != "" {
		m.Filter = v.Code("log", action)
	}
	for _, x := range records {
		m.Lines = append(m.Lines, logLine{strconv.FormatInt(x.Seq, 10), x.At.Format("2006-01-02 15:04:05"), x.Who, v.Code("log", x.Action), x.Object, x.Detail, x.Hash[:min(12, len(x.Hash))]})
	}
	if before > 0 {
		m.Newer = string(v.To("/settings/log"))
	}
	if n := len(records); action == "" && n == logSize && records[n-1].Seq > 1 {
		m.Older = string(v.To("/settings/log", "before", strconv.FormatInt(records[n-1].Seq, 10)))
	}
	return ui.Render(w, r, http.StatusOK, logPage(v, m))
}

// records is a page of the log, or with action= every record of one action, since= a day.
func (p *Pages) records(ctx context.Context, v *ui.View, before int64, action string) ([]audit.Record, error) {
	if action == "" {
		return p.source.Log(ctx, v.Who, before, logSize)
	}
	var since time.Time
	if text := v.Query.Get("since"); text != "" {
		day, err := civil.ParseDate(text)
		if err != nil {
			return nil, fault.At("since", v.T("dispute.bad_day", "Text", text), "")
		}
		since = day.Time()
	}
	return p.source.LogOf(ctx, v.Who, action, since)
}

func (p *Pages) verify(r *http.Request, v *ui.View, m *logModel) error {
	last, err := p.source.Verify(r.Context(), v.Who)
	var broken *fault.Error
	switch {
	case err == nil:
		m.Verified = v.T("settings.log_whole", "N", last.Seq, "Hash", last.Hash)
	case errors.As(err, &broken) && errors.Is(err, fault.Conflict):
		m.Broken, m.Verified = true, v.T("settings.log_broken", "N", last.Seq, "Place", broken.Place, "Text", broken.Text)
	default:
		return err
	}
	return nil
}

// tokensModel is the page of one's own tokens.
type tokensModel struct {
	Fresh    string // the token just made
	Failures []string
	Lines    []tokenLine
}

type tokenLine struct {
	ID, Name, Created, Ended string
	InForce                  bool
}

// Tokens lists the reader's own tokens.
func (p *Pages) Tokens(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.tokens(w, r, v, http.StatusOK, tokensModel{})
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request, v *ui.View, status int, m tokensModel) error {
	all, err := p.source.Tokens(r.Context(), v.Who)
	if err != nil {
		return err
	}
	for _, t := range all {
		m.Lines = append(m.Lines, tokenLine{t.ID, t.Name, ui.Clock(t.Created), ui.Clock(t.Ended), t.Ended.IsZero()})
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Render(w, r, status, tokensPage(v, m))
}

// NewToken makes a token and shows it, this once.
func (p *Pages) NewToken(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	token, err := p.source.NewToken(r.Context(), v.Who, r.PostFormValue("name"))
	var wrong *fault.Error
	if errors.Is(err, fault.Invalid) && errors.As(err, &wrong) {
		return p.tokens(w, r, v, http.StatusUnprocessableEntity, tokensModel{Failures: []string{wrong.Text}})
	}
	if err != nil {
		return err
	}
	return p.tokens(w, r, v, http.StatusOK, tokensModel{Fresh: token})
}

// EndToken takes a token out of force.
func (p *Pages) EndToken(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if err := p.source.EndToken(r.Context(), v.Who, r.PostFormValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/settings/tokens")), http.StatusSeeOther)
	return nil
}
