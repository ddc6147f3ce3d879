// Package app wires the product together: configuration, stores, engines, pages and clock. It
// holds no rule of its own; it confines every question to the asker's scope, in one place.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/distortion"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/store"
	"zhunsheng/internal/timelimit"
	"zhunsheng/internal/warning"
	"zhunsheng/internal/whatif"
	"zhunsheng/rules"
	"zhunsheng/web/page/foresight"
	"zhunsheng/web/page/signals"
)

// Version is the program's version, printed on documents and by `zhunsheng version`.
const Version = "0.1.0"

// Config says where an installation lives.
type Config struct {
	Data   string           // folder of the embedded installation; columns and staged uploads lie here also on a server
	Office string           // postgres://… for users, editions, log; empty: embedded
	Ledger string           // postgres://… for cases; empty: embedded
	Rules  fs.FS            // nil: the embedded rules
	Log    *slog.Logger     // nil: discarded
	Now    func() time.Time // nil: time.Now
	Create bool             // make the installation when there is none
}

// App is one open installation.
type App struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	store    *store.Store
	columns  *columns.Store
	book     atomic.Pointer[indicator.Book] // replaced when a local indicator is adopted
	words    *docket.Vocabulary
	importer *jobs.Importer
	runs     *runs
	posting  *posting

	mu      sync.Mutex
	seen    int64            // last batch that the columns, lists and trust notes reflect
	read    int64            // how often lists or definitions were read anew
	lists   *lists           // the office's lists, read again after an import or a load
	trust   map[string]trust // by court
	changes perBatch[string, shifts]
	past    pastLedger   // what the last document was made from
	notes   *ledgerNotes // last activities and doubtful records, read again after a batch
	batches perBatch[store.ChangeFilter, batchChanges]
	badges  waits // what waits for each person

	selections *selectionBook
	law        *timelimit.Book // the limits as they were accepted when the program started
	lawSum     string          // of the files it was read from
	findings   []limitFinding
	receivers  *warning.Receivers
	burdens    sync.Map                  // of drafts by id: draftBurden
	intakes    perBatch[string, *Intake] // by scope
	cuts       perBatch[string, []Split] // of one month of a series
	changed    perBatch[store.ChangeFilter, []store.ChangeRef]
	questions  perBatch[struct{}, *distortion.Report]
	restated   perBatch[string, Restatement]     // by edition
	stalled    perBatch[string, []indicator.Ref] // by selection
	doubted    perBatch[struct{}, []string]
	marked     perBatch[string, map[string]map[string][]signals.Mark] // of the months that a page of long-lagging shows
	alertWatch alertWatch
	outlooks   perBatch[struct{}, foresight.Outlook]             // of the whole city
	benches    perBatch[struct{}, map[string][]foresight.Series] // divisions and judges by court
	plays      perBatch[string, *whatif.Outcome]                 // by court and change
	works      perBatch[string, *work]
	caseBooks  perBatch[struct{}, *caseBook]
	solutions  perBatch[string, *solution] // of staffing problems
}

// Open opens the installation; the caller closes it.
func Open(ctx context.Context, cfg Config) (*App, error) {
	if cfg.Rules == nil {
		cfg.Rules = rules.FS
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	a := &App{cfg: cfg, log: cfg.Log, now: cfg.Now, runs: newRuns()}
	var err error
	if a.words, err = docket.LoadVocabulary(cfg.Rules); err != nil {
		return nil, fmt.Errorf("vocabulary: %w", err)
	}
	if a.selections, err = loadSelections(a); err != nil {
		return nil, fmt.Errorf("selections: %w", err)
	}
	if a.findings, err = loadLimitFindings(cfg.Rules); err != nil {
		return nil, err
	}
	if a.receivers, err = warning.LoadReceivers(cfg.Rules); err != nil {
		return nil, err
	}
	if a.store, err = openStore(ctx, cfg); err != nil {
		return nil, err
	}
	if err = a.loadBook(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("indicators: %w", err), a.store.Close())
	}
	if a.columns, err = columns.Open(filepath.Join(cfg.Data, "columns"), a.store); err != nil {
		return nil, errors.Join(fmt.Errorf("figure columns: %w", err), a.store.Close())
	}
	if _, err = a.columns.Refresh(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("figure columns: %w", err), a.store.Close())
	}
	a.importer = &jobs.Importer{Store: a.store, Columns: a.columns, Rules: cfg.Rules, Now: cfg.Now}
	law, err := a.importer.LawInForce(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("time limits: %w", err), a.store.Close())
	}
	a.law, a.lawSum = law.Book, law.SHA256
	a.posting = newPosting(a.importer)
	return a, nil
}

// addresses are the two databases of an installation: a server's where given, else files in
// the data folder, the office beside the ledger.
func (c Config) addresses() (ledger, office string) {
	ledger, office = c.Ledger, c.Office
	if ledger == "" {
		ledger = filepath.Join(c.Data, "zhunsheng.db")
	}
	if office == "" {
		office = filepath.Join(c.Data, "zhunsheng-office.db")
	}
	return ledger, office
}

func openStore(ctx context.Context, cfg Config) (*store.Store, error) {
	ledger, office := cfg.addresses()
	if cfg.Ledger == "" && !cfg.Create {
		if _, err := os.Stat(ledger); errors.Is(err, fs.ErrNotExist) {
			return nil, notInstalled(cfg.Data)
		}
	}
	if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
		return nil, fmt.Errorf("make the installation folder: %w", err)
	}
	return store.OpenSplit(ctx, ledger, office, cfg.Now)
}

// Migrate brings the databases of an installation to this program's schema.
func Migrate(ctx context.Context, cfg Config) error {
	ledger, office := cfg.addresses()
	return store.MigrateSplit(ctx, ledger, office)
}

// Close ends background work and closes the stores.
func (a *App) Close() error {
	a.runs.stop()
	return a.store.Close()
}

// Book is the catalogue in force.
func (a *App) Book() *indicator.Book { return a.book.Load() }

// DataDay is the day the data reach to; zero when nothing is loaded.
func (a *App) DataDay(ctx context.Context) (civil.Date, error) {
	s, ok, err := a.store.Setting(ctx, jobs.DataDayKey)
	if err != nil || !ok {
		return 0, err
	}
	return civil.ParseDate(s)
}
