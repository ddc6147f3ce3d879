package settings

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the section.
type Pages struct {
	source    Source
	intervals Intervals
	end       func(ctx context.Context, login string) error // ends the sessions of a user
}

// New builds the handlers; end ends the sessions of a user.
func New(source Source, intervals Intervals, end func(ctx context.Context, login string) error) *Pages {
	return &Pages{source, intervals, end}
}

type tab struct {
	Path, Label string
	On          bool
}

func tabs(v *ui.View) []tab {
	var out []tab
	for _, t := range []struct{ path, label string }{
		{"/settings/users", "settings.users"}, {"/settings/courts", "settings.courts"}, {"/settings/intervals", "settings.intervals"},
		{"/settings/calendar", "calendar.title"}, {"/settings/mappings", "settings.mappings"}, {"/settings/log", "settings.log"}, {"/settings/tokens", "settings.tokens"},
	} {
		out = append(out, tab{t.path, v.T(t.label), v.Path == t.path})
	}
	return out
}

type userLine struct{ Login, Name, Role, Scope, State, Shape, Created, Link string }

// Users lists who may sign in.
func (p *Pages) Users(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	all, err := p.source.Users(r.Context(), v.Who)
	if err != nil {
		return err
	}
	if v.Query.Get("scope") == "none" {
		all = slices.DeleteFunc(all, func(u User) bool { return u.Disabled || u.Role == access.Administrator || u.City || u.Court != "" })
	}
	lines := make([]userLine, len(all))
	for i, u := range all {
		lines[i] = userLine{Login: u.User, Name: u.Name, Role: v.T("role." + string(u.Role)), Scope: scopeText(v, u.Scope), State: v.T("settings.user_on"), Shape: "●", Created: ui.Clock(u.Created)}
		if u.Disabled {
			lines[i].State, lines[i].Shape = v.T("settings.user_off"), "○"
		}
		if v.Who.Can(access.ManageUsers) {
			lines[i].Link = string(v.To("/settings/user", "login", u.User))
		}
	}
	return ui.Render(w, r, http.StatusOK, usersPage(v, lines))
}

func scopeText(v *ui.View, s access.Scope) string {
	switch {
	case s.Role == access.Administrator:
		return v.T("settings.no_cases")
	case s.City:
		return v.T("scope.city")
	}
	text := v.Names("court", s.Court)
	if s.Division != "" {
		text += " › " + v.Names("division", s.Division)
	}
	if s.Judge != "" {
		text += " › " + v.Names("judge", s.Judge)
	}
	return text
}

// userForm is the view model of one user's form.
type userForm struct {
	User      User
	Add       bool
	Failures  []string
	Roles     []ui.Option
	Courts    []ui.Option
	Divisions []divisionGroup
}

type divisionGroup struct {
	Court   string
	Options []ui.Option
}

// User shows the form of one user, an empty one without a login.
func (p *Pages) User(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	login := v.Query.Get("login")
	if login == "" {
		return p.form(w, r, v, http.StatusOK, userForm{Add: true})
	}
	u, err := p.find(r.Context(), v, login)
	if err != nil {
		return err
	}
	return p.form(w, r, v, http.StatusOK, userForm{User: u})
}

func (p *Pages) find(ctx context.Context, v *ui.View, login string) (User, error) {
	all, err := p.source.Users(ctx, v.Who)
	if err != nil {
		return User{}, err
	}
	for _, u := range all {
		if u.User == login {
			return u, nil
		}
	}
	return User{}, fault.NotFoundf("没有此用户 / no such user: %s", login)
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request, v *ui.View, status int, f userForm) error {
	courts, divisions, err := p.source.Units(r.Context(), v.Who)
	if err != nil {
		return err
	}
	for _, role := range access.Roles() {
		f.Roles = append(f.Roles, ui.Option{Value: string(role), Label: v.T("role." + string(role))})
	}
	for _, c := range courts {
		f.Courts = append(f.Courts, ui.Option{Value: c.Code, Label: c.Name})
		g := divisionGroup{Court: c.Name}
		for _, d := range divisions {
			if d.Court == c.Code {
				g.Options = append(g.Options, ui.Option{Value: d.ID, Label: d.Name})
			}
		}
		if len(g.Options) > 0 {
			f.Divisions = append(f.Divisions, g)
		}
	}
	return ui.Render(w, r, status, userPage(v, f))
}

// SaveUser keeps the form; what was typed comes back with what is wrong.
func (p *Pages) SaveUser(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := userForm{Add: field("add") != ""}
	f.User = User{Scope: access.Scope{User: field("login"), Name: field("name"), Role: access.Role(field("role")), City: field("reach") == "city"}, Disabled: field("disabled") != ""}
	if !f.User.City {
		f.User.Court, f.User.Division, f.User.Judge = field("court"), field("division"), field("judge")
	}
	password := r.PostFormValue("password")
	err := p.source.SaveUser(r.Context(), v.Who, f.User, password, f.Add)
	var wrong *fault.Error
	if errors.As(err, &wrong) && (errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)) {
		f.Failures = []string{wrong.Text}
		if wrong.Remedy != "" {
			f.Failures[0] += v.T("list.semicolon") + wrong.Remedy
		}
		return p.form(w, r, v, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if password != "" || f.User.Disabled {
		if err := p.end(r.Context(), f.User.User); err != nil {
			return err
		}
	}
	http.Redirect(w, r, string(v.To("/settings/users")), http.StatusSeeOther)
	return nil
}

type courtLine struct {
	Code, Name, Level string
	Divisions         []docket.Division
}

// Courts lists the courts in administrative order with their divisions.
func (p *Pages) Courts(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	courts, divisions, err := p.source.Units(r.Context(), v.Who)
	if err != nil {
		return err
	}
	lines := make([]courtLine, len(courts))
	for i, c := range courts {
		lines[i] = courtLine{Code: c.Code, Name: c.Name, Level: levelWord(v, c.Level)}
		for _, d := range divisions {
			if d.Court == c.Code {
				lines[i].Divisions = append(lines[i].Divisions, d)
			}
		}
	}
	return ui.Render(w, r, http.StatusOK, courtsPage(v, lines))
}

func levelWord(v *ui.View, level int) string { return v.T("level." + strconv.Itoa(level)) }

type setBlock struct {
	Name, ID string
	Rows     []intervalLine
}

type intervalLine struct{ Name, Link, Version, Formula, Interval, Evidence, Source, Edit string }

// Intervals lists every wording of every indicator with its intervals and evidence.
func (p *Pages) Intervals(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	book := p.source.Book()
	var sets []setBlock
	for _, set := range book.Sets() {
		b := setBlock{ID: set, Name: v.Pick(book.SetName(set))}
		for _, i := range book.Set(set) {
			link := ""
			if v.Who.Can(access.ViewFigures) {
				link = string(v.To("/indicators/" + set + "/" + i.ID))
			}
			for _, version := range i.Versions {
				lines := intervalLines(v, i, version, link)
				if v.Who.Can(access.DefineIndicators) && !version.NoInterval {
					lines[0].Edit = string(v.To("/settings/intervals/" + set + "/" + i.ID))
				}
				b.Rows = append(b.Rows, lines...)
			}
		}
		sets = append(sets, b)
	}
	return ui.Render(w, r, http.StatusOK, intervalsPage(v, sets))
}

// intervalLines is one line for each interval of a wording, or one that says there is none.
func intervalLines(v *ui.View, i *indicator.Indicator, version *indicator.Version, link string) []intervalLine {
	line := intervalLine{Name: v.Pick(i.Name), Link: link, Formula: v.Pick(version.Formula()), Evidence: version.Evidence, Source: version.Source.String(),
		Version: orWord(version.From.String(), v.T("version.ever")) + v.T("period.dash") + orWord(version.To.String(), v.T("version.open")), Interval: v.T("status.not_loaded")}
	if version.NoInterval {
		line.Interval = ui.None
	}
	if len(version.Intervals) == 0 {
		return []intervalLine{line}
	}
	var out []intervalLine
	for _, x := range version.Intervals {
		l := line
		l.Interval = levelLine(v, x) + ": " + rangeText(v, i.Unit, x.Low, x.High)
		l.Source = strings.TrimSpace(x.Source.String())
		if x.Source.Doc == "" { // a decision of the court, in force for days of its own
			l.Version = orWord(x.From.String(), v.T("version.ever")) + v.T("period.dash") + orWord(x.To.String(), v.T("version.open"))
		}
		out = append(out, l)
	}
	return out
}

func orWord(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

type mappingLine struct{ Name, Version, User, At, Link string }

// mappingModel is the list of mappings and the text of the one opened.
type mappingModel struct {
	Lines []mappingLine
	Name  string
	Body  string
}

// Mappings lists the versions of all mappings; name= and version= open one.
func (p *Pages) Mappings(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	all, err := p.source.Mappings(r.Context(), v.Who)
	if err != nil {
		return err
	}
	var m mappingModel
	for _, x := range all {
		version := strconv.Itoa(x.Version)
		l := mappingLine{Name: x.Name, Version: version, User: x.User, At: ui.Clock(x.At), Link: string(v.To("/settings/mappings", "name", x.Name, "version", version)) + "#body"}
		if x.User == "" {
			l.User, l.At = v.T("settings.built_in"), ui.None
		}
		m.Lines = append(m.Lines, l)
		if v.Query.Get("name") == x.Name && v.Query.Get("version") == version {
			m.Name, m.Body = x.Name+" v"+version, x.Body
		}
	}
	return ui.Render(w, r, http.StatusOK, mappingsPage(v, m))
}
