package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
	"zhunsheng/web/page/entry"
	"zhunsheng/web/ui"
)

// route is one address with the permission it needs; an empty one is open to everybody who
// is signed in.
type route struct {
	pattern string
	need    access.Action
	handle  ui.Handler
}

// routes is every page of the product. Who may open what is this table and nothing else;
// which cases they see there is their scope, applied below the pages.
func (s *site) routes() []route {
	return []route{
		{"GET /{$}", "", s.home},
		{"GET /search", access.ViewFigures, s.search.Show},

		{"GET /today", "", s.today.Show},
		{"GET /overview", access.ViewFigures, s.overview.Show},
		{"GET /situation", access.ViewFigures, s.situation.Show},
		{"GET /situation/screen", access.ViewFigures, s.situation.Screen},
		{"GET /indicators", access.ViewFigures, s.indicators.Catalogue},
		{"GET /indicators/{set}/{key}", access.ViewFigures, s.indicators.Show},
		{"GET /indicators/draft", access.DefineIndicators, s.indicators.DraftForm},
		{"POST /indicators/draft", access.DefineIndicators, s.indicators.DraftSend},
		{"POST /indicators/draft/check", access.DefineIndicators, s.indicators.DraftCheck},

		{"GET /cases", access.ViewCases, s.cases.List},
		{"GET /cases/one", access.ViewCases, s.cases.Show},
		{"POST /cases/one/notes", access.WriteNotes, s.cases.AddNote},
		{"GET /cases/export", access.Export, s.cases.Export},

		{"GET /longpending", access.ViewCases, s.longPending.Show},

		{"GET /limits", access.ViewCases, s.limits.Overview},
		{"GET /limits/warnings", access.ViewCases, s.limits.Warnings},
		{"POST /limits/warnings", access.WriteNotes, s.limits.Acknowledge},
		{"GET /limits/digest", access.ViewCases, s.limits.Digest},
		{"GET /limits/procedures", access.ViewCases, s.procedures.List},
		{"GET /limits/procedures/export", access.Export, s.procedures.Export},
		{"GET /limits/procedures/one", access.ViewCases, s.procedures.Show},
		{"GET /limits/procedures/form", access.ViewCases, s.procedures.Form},
		{"GET /limits/procedures/new", access.PrepareProcedure, s.procedures.Blank},
		{"POST /limits/procedures/new", access.PrepareProcedure, s.procedures.Create},
		{"GET /limits/procedures/edit", access.PrepareProcedure, s.procedures.Edit},
		{"POST /limits/procedures/edit", access.PrepareProcedure, s.procedures.Change},
		{"POST /limits/procedures/apply", access.ApplyProcedure, s.procedures.Apply},
		{"POST /limits/procedures/decide", access.DecideProcedure, s.procedures.Decide},
		{"POST /limits/procedures/record", access.RecordDecision, s.procedures.Record},
		{"POST /limits/procedures/withdraw", access.ApplyProcedure, s.procedures.Withdraw},
		{"POST /limits/procedures/end", access.ApplyProcedure, s.procedures.End},
		{"GET /limits/appraisals", access.ViewCases, s.procedures.Appraisals},
		{"GET /limits/appraisals/export", access.Export, s.procedures.AppraisalExport},
		{"GET /limits/appraisals/one", access.ViewCases, s.procedures.Appraisal},
		{"POST /limits/appraisals/one", access.KeepAppraisals, s.procedures.AppraisalEnter},
		{"GET /limits/appraisals/new", access.KeepAppraisals, s.procedures.Entrust},
		{"POST /limits/appraisals/new", access.KeepAppraisals, s.procedures.EntrustSend},

		{"GET /data", access.ViewBatches, s.data.Batches},
		{"GET /data/batches/{id}", access.ViewBatches, s.data.Batch},
		{"GET /data/batches/{id}/progress", access.ViewBatches, s.data.Progress},
		{"GET /data/changes", access.ViewBatches, s.data.Changes},
		{"GET /data/issues", access.ViewBatches, s.data.Issues},
		{"GET /data/issues/export", access.ViewBatches, s.data.ExportIssues},
		{"GET /data/dispute", access.ViewBatches, s.data.Dispute},
		{"POST /data/dispute", access.SettleDoubts, s.data.SetWindow},
		{"POST /data/dispute/{id}", access.SettleDoubts, s.data.Answer},
		{"GET /data/dispute/raise", access.RaiseDoubt, s.data.RaiseForm},
		{"POST /data/dispute/raise", access.RaiseDoubt, s.data.Raise},
		{"GET /data/completeness", access.ViewBatches, s.data.Completeness},
		{"GET /data/import", access.ImportData, s.data.ImportForm},
		{"POST /data/import", access.ImportData, s.data.Upload},
		{"GET /data/staged/{id}", access.ImportData, s.data.Preview},
		{"POST /data/staged/{id}", access.ImportData, s.data.Start},
		{"POST /data/batches/{id}/resume", access.ImportData, s.data.Resume},
		{"POST /data/batches/{id}/settle", access.ImportData, s.data.Settle},
		{"POST /data/batches/{id}/discard", access.ImportData, s.data.Discard},

		{"GET /settings/users", access.ViewAudit, s.settings.Users},
		{"GET /settings/user", access.ManageUsers, s.settings.User},
		{"POST /settings/user", access.ManageUsers, s.settings.SaveUser},
		{"GET /settings/courts", access.ViewAudit, s.settings.Courts},
		{"GET /settings/intervals", access.ViewAudit, s.settings.Intervals},
		{"GET /settings/intervals/{set}/{key}", access.DefineIndicators, s.settings.Interval},
		{"POST /settings/intervals/{set}/{key}", access.DefineIndicators, s.settings.SaveInterval},
		{"GET /settings/calendar", access.ViewAudit, s.settings.Calendar},
		{"POST /settings/calendar", access.DefineIndicators, s.settings.LoadYear},
		{"GET /settings/mappings", access.ViewAudit, s.settings.Mappings},
		{"GET /settings/log", access.ViewAudit, s.settings.Log},
		{"GET /settings/tokens", access.HoldToken, s.settings.Tokens},
		{"POST /settings/tokens", access.HoldToken, s.settings.NewToken},
		{"POST /settings/tokens/end", access.HoldToken, s.settings.EndToken},

		{"GET /signals", access.ViewFigures, s.signals.Board},
		{"GET /signals/series", access.ViewCases, s.signals.Series},
		{"POST /signals/rebase", access.HandleAlerts, s.signals.Rebase},
		{"GET /signals/course", access.ViewFigures, s.signals.Course},
		{"GET /signals/funnel", access.ViewFigures, s.signals.Funnel},
		{"GET /signals/lagging", access.ViewFigures, s.signals.Lagging},
		{"GET /signals/distortion", access.ViewFigures, s.signals.Distortion},
		{"GET /signals/alerts", access.ViewFigures, s.signals.Alerts},
		{"POST /signals/alerts", access.HandleAlerts, s.signals.MoveAlert},
		{"POST /signals/alerts/silence", access.HandleAlerts, s.signals.Silence},
		{"POST /signals/alerts/document", access.HandleAlerts, s.signals.Document},

		{"GET /foresight", access.ViewFigures, s.foresight.Show},
		{"POST /foresight/publish", access.PlanStaffing, s.foresight.Publish},
		{"GET /foresight/load", access.ViewCases, s.foresight.Load},
		{"POST /foresight/capacity", access.PlanStaffing, s.foresight.Enter},
		{"POST /foresight/capacity/withdraw", access.PlanStaffing, s.foresight.Withdraw},
		{"GET /foresight/plan", access.ViewCases, s.foresight.Plan},
		{"POST /foresight/plan", access.PlanStaffing, s.foresight.Adopt},
		{"GET /foresight/plan/paper", access.Export, s.foresight.Paper},

		{"GET /documents", access.ViewBulletin, s.documents.List},
		{"GET /documents/{id}/{file}", access.ViewBulletin, s.documents.Download},
		{"POST /documents", access.BuildBulletin, s.documents.Begin},
		{"GET /documents/papers/{id}", access.ViewBulletin, s.documents.Show},
		{"GET /documents/papers/{id}/files/{file}", access.ViewBulletin, s.documents.Take},
		{"GET /documents/papers/{id}/compare", access.ViewBulletin, s.documents.Compare},
		{"GET /documents/papers/{id}/restatement", access.BuildBulletin, s.documents.Restatement},
		{"POST /documents/papers/{id}/sentences", access.BuildBulletin, s.documents.Write},
		{"POST /documents/papers/{id}/refresh", access.BuildBulletin, s.documents.Act(paper.Refresh)},
		{"POST /documents/papers/{id}/check", access.BuildBulletin, s.documents.Act(paper.Check)},
		{"POST /documents/papers/{id}/drop", access.BuildBulletin, s.documents.Act(paper.Drop)},
		{"POST /documents/papers/{id}/return", access.ReturnBulletin, s.documents.Act(paper.Return)},
		{"POST /documents/papers/{id}/cosign", access.CosignBulletin, s.documents.Act(paper.Cosign)},
		{"POST /documents/papers/{id}/approve", access.ApproveBulletin, s.documents.Act(paper.Approve)},
		{"POST /documents/papers/{id}/issue", access.IssueBulletin, s.documents.Act(paper.Issue)},
		{"POST /documents/papers/{id}/recall", access.IssueBulletin, s.documents.Act(paper.Recall)},
		{"POST /documents/papers/{id}/restate", access.IssueBulletin, s.documents.Act(paper.Restate)},
		{"POST /documents/papers/{id}/acknowledge", access.AcknowledgeBulletin, s.documents.Act(paper.Acknowledge)},
	}
}

// open is what nobody has to sign in for.
func (s *site) open() map[string]http.Handler {
	return map[string]http.Handler{
		"GET /sign-in":      s.public(s.entry.Form),
		"POST /sign-in":     s.public(s.entry.SignIn),
		"POST /sign-out":    s.public(s.signOut),
		"POST /preferences": s.public(s.preferences),

		"GET /limits/calculator": s.either(s.limits.Calculator),
	}
}

// sections are the parts of the product in the order of work, with the permission that makes
// them useful and the key that opens them after g. A section appears with its first page.
var sections = []struct {
	id, path, key string
	need          access.Action
}{
	{"today", "/today", "t", ""},
	{"data", "/data", "d", access.ViewBatches},
	{"indicators", "/indicators", "i", access.ViewFigures},
	{"situation", "/overview", "s", access.ViewFigures},
	{"cases", "/cases", "c", access.ViewCases},
	{"limits", "/limits", "x", access.ViewCases},
	{"longpending", "/longpending", "l", access.ViewCases},
	{"signals", "/signals", "y", access.ViewFigures},
	{"foresight", "/foresight", "f", access.ViewFigures},
	{"documents", "/documents", "o", access.ViewBulletin},
	{"settings", "/settings/users", "s", access.ViewAudit},
}

// navigation lists the sections that the role may use.
func navigation(w ui.Words, who access.Scope) []ui.NavItem {
	var out []ui.NavItem
	for _, s := range sections {
		if s.need == "" || who.Can(s.need) {
			out = append(out, ui.NavItem{ID: s.id, Path: s.path, Label: w.T("nav." + s.id), Key: s.key})
		}
	}
	return out
}

// section is the part of the product that a route belongs to.
func section(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "overview" { // the first tab of the situation
		return "situation"
	}
	return first
}

// home leads to the first section that the role may use.
func (s *site) home(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if len(v.Nav) == 0 {
		return fault.Forbiddenf("此角色尚无可用页面 / no page for this role yet")
	}
	http.Redirect(w, r, v.Nav[0].Path, http.StatusSeeOther)
	return nil
}

// missing answers every address that is no route.
func missing(_ http.ResponseWriter, r *http.Request, _ *ui.View) error {
	return fault.NotFoundf("没有此页面 / no such page: %s", r.URL.Path)
}

// signOut ends the session.
func (s *site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.deps.Sessions.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// signedIn begins the session of somebody whose password was right.
func (s *site) signedIn(r *http.Request, who access.Scope) error {
	if err := s.deps.Sessions.RenewToken(r.Context()); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	s.deps.Sessions.Put(r.Context(), loginKey, who.User)
	return nil
}

// visitor is what the sign-in page needs to know about somebody unknown.
func (s *site) visitor(r *http.Request) entry.Visitor {
	return entry.Visitor{Words: s.words(r), Theme: theme(r), Asset: s.assets.path}
}

// endSessions signs a user out everywhere.
func (s *site) endSessions(ctx context.Context, login string) error {
	return s.deps.Sessions.Iterate(ctx, func(ctx context.Context) error {
		if s.deps.Sessions.GetString(ctx, loginKey) != login {
			return nil
		}
		return s.deps.Sessions.Destroy(ctx)
	})
}
