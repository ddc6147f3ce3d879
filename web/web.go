package web

import (
	"errors"
	"fmt"
	"net/http"

	"zhunsheng/web/api"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/entry"
	"zhunsheng/web/page/foresight"
	"zhunsheng/web/page/indicators"
	"zhunsheng/web/page/limits"
	"zhunsheng/web/page/longpending"
	"zhunsheng/web/page/overview"
	"zhunsheng/web/page/procedures"
	"zhunsheng/web/page/search"
	"zhunsheng/web/page/settings"
	"zhunsheng/web/page/signals"
	"zhunsheng/web/page/situation"
	"zhunsheng/web/page/today"
	"zhunsheng/web/ui"
)

// site is the product's face with everything it needs.
type site struct {
	deps       Deps
	assets     *assets
	dictionary *ui.Dictionary

	entry       *entry.Pages
	today       *today.Pages
	overview    *overview.Pages
	situation   *situation.Pages
	indicators  *indicators.Pages
	cases       *cases.Pages
	longPending *longpending.Pages
	data        *data.Pages
	documents   *documents.Pages
	procedures  *procedures.Pages
	search      *search.Pages
	signals     *signals.Pages
	foresight   *foresight.Pages
	settings    *settings.Pages
	limits      *limits.Pages
}

// New builds the pages over their dependencies.
func New(deps Deps) (http.Handler, error) {
	s, err := build(deps)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s.handler(), nil
}

func build(deps Deps) (*site, error) {
	if deps.Log == nil || deps.Sessions == nil || deps.Office == nil || deps.Gate == nil || deps.Today == nil || deps.Overview == nil ||
		deps.Indicators == nil || deps.Cases == nil || deps.Situation == nil || deps.LongPending == nil || deps.Imports == nil || deps.Quality == nil || deps.Ledger == nil || deps.Disputes == nil || deps.Search == nil || deps.Intervals == nil || deps.Documents == nil || deps.Papers == nil || deps.API == nil || deps.Notes == nil || deps.Settings == nil || deps.Signals == nil || deps.Foresight == nil || deps.Procedures == nil || deps.Appraisals == nil || deps.Law == nil || deps.Limits == nil {
		return nil, errors.New("every dependency must be given")
	}
	dictionary, err := ui.NewDictionary()
	if err != nil {
		return nil, err
	}
	files, err := loadAssets(embedded)
	if err != nil {
		return nil, err
	}
	s := &site{
		deps: deps, assets: files, dictionary: dictionary,
		today:       today.New(deps.Today),
		overview:    overview.New(deps.Overview),
		indicators:  indicators.New(deps.Indicators),
		cases:       cases.New(deps.Cases, deps.Indicators, deps.Notes, deps.Law),
		longPending: longpending.New(deps.LongPending),
		situation:   situation.New(deps.Situation),
		data:        data.New(deps.Imports, deps.Quality, deps.Ledger, deps.Disputes),
		documents:   documents.New(deps.Documents, deps.Papers),
		procedures:  procedures.New(deps.Procedures, deps.Appraisals),
		search:      search.New(deps.Indicators, deps.Search),
		signals:     signals.New(deps.Signals),
		foresight:   foresight.New(deps.Foresight),
		limits:      limits.New(deps.Law, deps.Limits),
	}
	s.settings = settings.New(deps.Settings, deps.Intervals, s.endSessions)
	s.entry = entry.New(deps.Gate, s.visitor, s.signedIn, local)
	return s, nil
}

// handler puts the layers around the routes.
func (s *site) handler() http.Handler {
	pages := http.NewServeMux()
	for _, route := range s.routes() {
		pages.Handle(route.pattern, s.guarded(route.need, route.handle))
	}
	for pattern, h := range s.open() {
		pages.Handle(pattern, h)
	}
	pages.Handle("/", s.guarded("", missing))

	all := http.NewServeMux()
	all.Handle("GET /static/", s.assets)
	all.Handle("/", packed(s.crossOrigin(s.deps.Sessions.LoadAndSave(s.recovered(pages)))))
	all.Handle(api.Prefix+"/", packed(s.crossOrigin(s.deps.Sessions.LoadAndSave(s.recovered(api.New(s.deps.API, s.door()))))))
	return s.logged(secure(s.recovered(all)))
}
