package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
)

func (e *env) bulletinCmd() *cobra.Command {
	return group("bulletin", "Bulletins and analyses as documents", e.bulletinBuildCmd(), e.bulletinCheckCmd(), e.rebuildEditionCmd(), e.restateEditionCmd())
}

// building holds the flags of bulletin build.
type building struct {
	order             app.Order
	period, with, out string
	dated             string
	pdf, each         bool
}

func (e *env) bulletinBuildCmd() *cobra.Command {
	b := building{order: app.Order{Kind: app.DocumentKinds[0]}}
	c := &cobra.Command{Use: "build --kind KIND --period P --out DIR", Short: "docx, xlsx appendix, figures.json; a frozen edition", Args: args(0, "flags only"),
		Long: `Builds a document, freezes it as an edition with its hashes, and writes its files. The same ledger
gives the same bytes and the same edition again. Kinds: monthly (indicator bulletin), quarterly
(trend analysis), special (analysis of one court), notice (to one court), minutes (of a data
consultation). What no ledger knows comes in a JSON file with --with: issue, evidence, earlier,
meeting. With --pdf the letter is also printed through LibreOffice, where it is installed; the
PDF is not a part of the edition. --each-court builds one document for every court, on all cores.`,
		Example: "  zhunsheng bulletin build --kind monthly --period 2024-06 --out .\n  zhunsheng bulletin build --kind quarterly --period 2024Q2 --pdf --out ./q2\n  zhunsheng bulletin build --kind special --court 藏9801 --period 2024Q2 --out .\n  zhunsheng bulletin build --kind notice --each-court --period 2024-06 --out ./notices\n  zhunsheng bulletin build --kind minutes --period 2024Q2 --with meeting.json --out .\n  zhunsheng bulletin build --kind monthly --period 2018-05 --lang en --out .",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := b.check(); err != nil {
				return err
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				if b.each {
					return e.buildEach(c.Context(), a, b)
				}
				return e.build(c.Context(), a, b)
			})
		}}
	f := c.Flags()
	f.StringVar(&b.order.Kind, "kind", b.order.Kind, "kind of document: "+strings.Join(app.DocumentKinds, ", "))
	f.StringVar(&b.order.Court, "court", "", "court code; empty: the whole city")
	f.StringVar(&b.order.Lang, "lang", "zh", "language: zh or en")
	f.StringVar(&b.period, "period", "", "period, e.g. 2024-06, 2024Q2")
	f.StringVar(&b.dated, "dated", "", "day of approval to print (YYYY-MM-DD); empty: its place stays open")
	f.StringVar(&b.with, "with", "", "JSON file with issue, evidence, earlier suggestions and their results, meeting")
	f.BoolVar(&b.pdf, "pdf", false, "also a PDF of the letter, through LibreOffice")
	f.BoolVar(&b.each, "each-court", false, "one document for every court that has cases")
	f.StringVar(&b.out, "out", ".", "folder for the files")
	return c
}

// check refuses flags that make no document, and reads the file of --with.
func (b *building) check() (err error) {
	switch {
	case !slices.Contains(app.DocumentKinds, b.order.Kind):
		return usagef("--kind %q: use %s", b.order.Kind, strings.Join(app.DocumentKinds, " or "))
	case b.period == "":
		return usagef("--period is missing: write 2024-06, 2024Q2 or 2024")
	case b.each && (b.order.Court != "" || b.pdf):
		return usagef("--each-court builds for all courts, without PDF: leave --court and --pdf out")
	case b.order.Lang != "zh" && b.order.Lang != "en":
		return usagef("--lang %q: use zh or en", b.order.Lang)
	}
	if b.order.Period, err = civil.ParsePeriod(b.period); err != nil {
		return usagef("--period: %w", err)
	}
	if b.dated != "" {
		if b.order.Dated, err = civil.ParseDate(b.dated); err != nil {
			return usagef("--dated: %w", err)
		}
	}
	if b.pdf {
		if _, err := exec.LookPath("soffice"); err != nil {
			return usagef("--pdf: LibreOffice (soffice) is not installed; open the docx in any word processor instead")
		}
	}
	if b.with == "" {
		return nil
	}
	text, err := os.ReadFile(b.with)
	if err != nil {
		return usagef("--with: %w", err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&b.order.Given); err != nil {
		return usagef("--with %s: %w", b.with, err)
	}
	return nil
}

func (e *env) build(ctx context.Context, a *app.App, b building) error {
	ed, err := a.BuildBulletin(ctx, access.System(), b.order)
	if err != nil {
		return usageIfUnknown(err)
	}
	if err := os.MkdirAll(b.out, 0o750); err != nil {
		return fmt.Errorf("make the folder %s: %w", b.out, err)
	}
	t := e.table("edition", "file", "bytes", "sha256")
	for _, f := range ed.Files {
		path := filepath.Join(b.out, ed.ID+"-"+f.Name)
		if err := os.WriteFile(path, f.Data, 0o640); err != nil {
			return fmt.Errorf("write the document: %w", err)
		}
		t.add(ed.ID, path, len(f.Data), f.SHA256)
		if !b.pdf || filepath.Ext(path) != ".docx" {
			continue
		}
		made, size, err := printPDF(ctx, path, b.out)
		if err != nil {
			return err
		}
		t.add(ed.ID, made, size, "")
	}
	return t.end()
}

// printPDF prints a letter through LibreOffice with a profile of its own, so that a running
// one is not in the way.
func printPDF(ctx context.Context, docx, out string) (path string, size int, err error) {
	profile, err := os.MkdirTemp("", "zhunsheng-office")
	if err != nil {
		return "", 0, fmt.Errorf("profile of LibreOffice: %w", err)
	}
	defer os.RemoveAll(profile)
	said, err := exec.CommandContext(ctx, "soffice", "-env:UserInstallation=file://"+profile, "--headless", "--convert-to", "pdf", "--outdir", out, docx).CombinedOutput()
	if err != nil {
		return "", 0, fmt.Errorf("LibreOffice could not print %s: %w: %s", docx, err, strings.TrimSpace(string(said)))
	}
	path = strings.TrimSuffix(filepath.Join(out, filepath.Base(docx)), ".docx") + ".pdf"
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, fmt.Errorf("LibreOffice printed no PDF of %s: %s", docx, strings.TrimSpace(string(said)))
	}
	return path, int(info.Size()), nil
}
