// Package web is the face of the product: every route with its permission, the shell around
// the pages, sign-in, error pages and static files. New(deps Deps) (http.Handler, error)
// builds it.
//
// The pages call interfaces that they define; internal/app implements them and hands them
// over in [Deps]. Together:
//
//	web.Office          State, Lists                          the as-of stamp; courts, divisions, judges, causes
//	entry.Gate          SignIn, Who                           users
//	today.Source        Work                                  what to fix, decide and answer
//	overview.Source     Compute, Trust                        figures; how far to believe them
//	indicators.Source   Book, Compute                         catalogue; figures
//	cases.Source        List, Export, Case                    the one case list, one case
//	situation.Source    Change, Ages, Stages, Flow            what a change comes from, stages, age of the stock
//	longpending.Source  Stock, Idle                           the stock by age, cases that stand still
//	data.Imports        Batches, Batch, Mappings, Stage,      files in
//	                    Staged, Start, Resume, Discard
//	data.Quality        Issues, IssueCounts, ExportIssues,    what is wrong, what is missing
//	                    Completeness
//	cases.Notes         Notes, AddNote                        notes of people on cases
//	settings.Source     Users, SaveUser, Units, Mappings,     how the installation is set up; tokens
//	                    Log, Verify, Tokens
//	api.Source          Bearer, Compute, Cases, Imports,      programs: the same answers as JSON
//	                    Import, Issues, Upload
//	documents.Source    Editions, Open, Build                 bulletins
//
// Every call takes an [zhunsheng/internal/access.Scope] that this package has already
// narrowed to what the address asks for (court, division, judge) and that never reaches
// beyond what the signed-in user may see; the implementation applies it once, to figures,
// lists and exports alike. Errors carry a kind of package fault where a person can do
// something about them; all others are logged with a reference number and shown as such.
//
// The address holds the state: court, division, judge, period (as civil.ParsePeriod reads
// it) and the filters of lists. A page without a period shows the year of the data day up
// to that day's month.
package web
