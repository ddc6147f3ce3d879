// Package arch holds the layers of the product as data. Its test reads every Go file and
// fails on an import that points up or sideways; ARCHITECTURE.md is checked against it.
package arch

// Layers lists the packages from the bottom up. A package may import only packages of a
// lower layer; packages of one layer do not know each other. A trailing /* stands for every
// package below that folder.
var Layers = [][]string{
	{"internal/civil", "internal/fault", "internal/sharedtest", "rules"},
	{"internal/statute", "internal/access"},
	{"internal/docket", "internal/audit", "internal/calendar", "internal/paper"},
	{"internal/ledger", "internal/indicator", "internal/document", "internal/signal", "internal/returns", "internal/alert", "internal/demo", "internal/timelimit", "internal/forecast", "internal/staffing", "internal/load"},
	{"internal/bulletin", "internal/distortion", "internal/indicator/indicatortest", "internal/solve", "internal/whatif", "internal/caselimit", "internal/procedure", "internal/appraisal", "internal/truth", "internal/warning"},
	{"internal/store", "internal/columns", "web/ui", "web/strip"},
	{"internal/jobs", "web/page/*", "web/api", "internal/store/storetest"},
	{"web"},
	{"internal/app"},
	{"cmd/zhunsheng", "internal/browsertest"},
}

// Denied lists edges that the order alone would allow, each with the reason.
var Denied = []struct{ From, To, Why string }{
	{"web", "internal/store", "pages call interfaces they define; app plugs in the implementation"},
	{"web", "internal/columns", "pages call interfaces they define; app plugs in the implementation"},
	{"web", "internal/jobs", "pages call interfaces they define; app plugs in the implementation"},
	{"cmd/zhunsheng", "internal/store", "commands go through app"},
	{"cmd/zhunsheng", "internal/columns", "commands go through app"},
	{"cmd/zhunsheng", "internal/jobs", "commands go through app"},
}

// Owners lists outside packages that only one of ours may import, and why.
var Owners = []struct{ Import, Owner, Why string }{
	{"github.com/goccy/go-yaml", "internal/statute", "every fault in a rule file has file and line"},
	{"modernc.org/sqlite", "internal/store", "one place opens the embedded database"},
	{"github.com/jackc/pgx", "internal/store", "one place opens the server database"},
}

// Pure lists the packages without clock, context, files, network or SQL, and what they must
// not import. Packages that own an interface with a context may import that one.
var Pure = struct {
	Packages  []string
	Forbidden []string
	Contexts  []string
}{
	Packages: []string{
		"internal/civil", "internal/fault", "internal/statute", "internal/access", "internal/docket",
		"internal/audit", "internal/calendar", "internal/paper", "internal/timelimit", "internal/caselimit", "internal/ledger", "internal/indicator", "internal/document", "internal/demo",
		"internal/bulletin", "internal/signal", "internal/returns", "internal/alert", "internal/distortion", "internal/forecast", "internal/staffing", "internal/load", "internal/solve", "internal/whatif", "internal/truth", "internal/procedure", "internal/appraisal", "internal/warning",
	},
	Forbidden: []string{"os", "net", "net/http", "database/sql", "log/slog", "context"},
	Contexts:  []string{"internal/indicator", "internal/bulletin"},
}
