package calendar

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// yearFile is one year of the State Council's arrangement, as published by holiday-cn (MIT).
type yearFile struct {
	Schema string   `yaml:"$schema"`
	ID     string   `yaml:"$id"`
	Year   int      `yaml:"year"`
	Papers []string `yaml:"papers"`
	Days   []struct {
		Name  string     `yaml:"name"`
		Date  civil.Date `yaml:"date"`
		IsOff bool       `yaml:"isOffDay"`
	} `yaml:"days"`
}

// overlayFile is a local calendar laid over the national one.
type overlayFile struct {
	ID     string         `yaml:"id"`
	Name   statute.Text   `yaml:"name"`
	Source statute.Source `yaml:"source"`
	Days   []struct {
		Festival string         `yaml:"festival"`
		From     civil.Date     `yaml:"off_from"`
		To       civil.Date     `yaml:"off_to"`
		Workdays []civil.Date   `yaml:"workdays"`
		Source   statute.Source `yaml:"source"`
	} `yaml:"days"`
	Unknown []unknownFestival `yaml:"unknown"`
}

type unknownFestival struct {
	Festival statute.Text `yaml:"festival"`
	Years    []int        `yaml:"years"`
	Every    bool         `yaml:"every"`
}

// overlay is what a local calendar does not know.
type overlay struct {
	unknown map[int][]statute.Text
	always  []statute.Text
}

// missing names the festivals of a year whose days are not known.
func (o *overlay) missing(year int) (zh, en string) {
	var zhs, ens []string
	for _, f := range append(slices.Clone(o.unknown[year]), o.always...) {
		zhs, ens = append(zhs, f.Zh), append(ens, f.En)
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

// Load reads calendars/national/*.json and calendars/local/*.yaml. Further trees of the same
// shape are laid over the first, file by file: a year's file replaces that year whole, so that
// the arrangement of a new year, or one changed in mid-year, needs no new release. All faults
// are returned together, each with its file.
func Load(fsys fs.FS, more ...fs.FS) (*Book, error) {
	years, overlays := map[int]statute.Doc[yearFile]{}, map[string]statute.Doc[overlayFile]{}
	var faults []error
	for _, tree := range append([]fs.FS{fsys}, more...) {
		faults = append(faults, readYears(tree, years), readOverlays(tree, overlays))
	}
	national, err := build(years)
	faults = append(faults, err)
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(years) == 0 {
		return nil, fault.At("calendars/national", "there is no calendar", "put the State Council's yearly files there")
	}
	b := &Book{calendars: map[string]*Calendar{National: national}, names: []string{National}}
	for _, id := range slices.Sorted(maps.Keys(overlays)) {
		b.calendars[id] = lay(national, overlays[id].Value)
		b.names = append(b.names, id)
	}
	return b, nil
}

// readYears reads the national files of one tree over those read before.
func readYears(tree fs.FS, years map[int]statute.Doc[yearFile]) error {
	docs, err := statute.DecodeAll[yearFile](tree, "calendars/national/*.json")
	faults := []error{err}
	for _, d := range docs {
		if want := fmt.Sprintf("%d.json", d.Value.Year); path.Base(d.File) != want {
			faults = append(faults, fault.At(d.File, fmt.Sprintf("holds the year %d", d.Value.Year), "name the file "+want))
			continue
		}
		if len(d.Value.Days) == 0 {
			faults = append(faults, fault.At(d.File, "lists no days", "remove the file until the year is published"))
			continue
		}
		years[d.Value.Year] = d
	}
	return errors.Join(faults...)
}

// readOverlays reads the local files of one tree over those read before.
func readOverlays(tree fs.FS, overlays map[string]statute.Doc[overlayFile]) error {
	docs, err := statute.DecodeAll[overlayFile](tree, "calendars/local/*.yaml")
	faults := []error{err}
	for _, d := range docs {
		if err := d.Value.check(d.File); err != nil {
			faults = append(faults, err)
			continue
		}
		overlays[d.Value.ID] = d
	}
	return errors.Join(faults...)
}

// check reports an overlay whose name, days or texts cannot be right.
func (o overlayFile) check(file string) error {
	if path.Base(file) != o.ID+".yaml" || o.ID == National {
		return fault.At(file, fmt.Sprintf("id %q is not the name of the file", o.ID), "give both the same name, not "+National)
	}
	if o.Name.Zh == "" || o.Name.En == "" {
		return fault.At(file, "has no name", "write name: {zh: …, en: …}")
	}
	seen := map[civil.Date]bool{}
	for _, d := range o.Days {
		if d.From.IsZero() || d.To < d.From || d.To.Sub(d.From) > 31 {
			return fault.At(file, fmt.Sprintf("%s: off from %s to %s", d.Festival, d.From, d.To), "write the first and the last day off, at most a month apart")
		}
		days := slices.Clone(d.Workdays)
		for day := d.From; day <= d.To; day++ {
			days = append(days, day)
		}
		for _, day := range days {
			if seen[day] {
				return fault.At(file, fmt.Sprintf("%s stands twice", day), "list each day once")
			}
			seen[day] = true
		}
	}
	return nil
}

// build makes the national calendar; two files that disagree about a day are a fault.
func build(years map[int]statute.Doc[yearFile]) (*Calendar, error) {
	c := &Calendar{ID: National, Name: statute.Text{Zh: "全国", En: "national"}, named: map[civil.Date]listed{}, years: map[int]bool{}}
	var faults []error
	for _, year := range slices.Sorted(maps.Keys(years)) {
		doc := years[year]
		c.years[year] = true
		for _, d := range doc.Value.Days {
			if y := d.Date.Year(); y < year-1 || y > year+1 {
				faults = append(faults, fault.At(doc.File, fmt.Sprintf("%s is not a day of %d or a neighbouring year", d.Date, year), "correct the date"))
				continue
			}
			if before, ok := c.named[d.Date]; ok && before.off != d.IsOff {
				faults = append(faults, fault.At(doc.File, fmt.Sprintf("%s is off in one file and a working day in another", d.Date), "keep the later notice"))
				continue
			}
			c.named[d.Date] = listed{d.Name, d.IsOff}
		}
	}
	c.index()
	return c, errors.Join(faults...)
}

// lay makes a local calendar: where the overlay lists a day, it replaces the national value.
func lay(national *Calendar, o overlayFile) *Calendar {
	c := &Calendar{ID: o.ID, Name: o.Name, named: maps.Clone(national.named), years: maps.Clone(national.years)}
	for _, d := range o.Days {
		for day := d.From; day <= d.To; day++ {
			c.named[day] = listed{d.Festival, true}
		}
		for _, day := range d.Workdays {
			c.named[day] = listed{d.Festival, false}
		}
	}
	c.local = &overlay{unknown: map[int][]statute.Text{}}
	for _, u := range o.Unknown {
		for _, y := range u.Years {
			c.local.unknown[y] = append(c.local.unknown[y], u.Festival)
		}
		if u.Every {
			c.local.always = append(c.local.always, u.Festival)
		}
	}
	c.index()
	return c
}
