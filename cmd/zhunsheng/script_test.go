package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	_ "modernc.org/sqlite" // scripts reach behind the program's back

	"zhunsheng/internal/civil"
)

var update = flag.Bool("update", false, "write what the scripts' cmp lines see into them")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zhunsheng": main})
}

// TestScripts runs testdata/script: the program as people run it, statuses and texts included.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":      exitsCmd,
			"convert":    convertCmd,
			"make":       makeCmd,
			"backdate":   backdateCmd,
			"tamper":     tamperCmd,
			"many":       manyCmd,
			"killimport": killImportCmd,
			"columns":    columnsCmd,
			"editionid":  editionIDCmd,
		},
	})
}

// exitsCmd runs a command and wants one exit status: exits 2 zhunsheng indicators list --set x.
func exitsCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// convertCmd writes a csv file in another form, told by the name: convert a.csv a.xlsx;
// convert a.csv a.gb.csv gb18030.
func convertCmd(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: convert FROM.csv TO [gb18030|utf16|bom]")
	}
	text := []byte(ts.ReadFile(args[0]))
	var err error
	switch strings.Join(args[2:], "") {
	case "gb18030":
		text, err = simplifiedchinese.GB18030.NewEncoder().Bytes(text)
	case "utf16":
		text, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(text)
	case "bom":
		text = append([]byte("\ufeff"), text...)
	}
	ts.Check(err)
	to := args[1]
	plain := strings.TrimSuffix(to, ".gz")
	switch filepath.Ext(plain) {
	case ".tsv":
		text = bytes.ReplaceAll(text, []byte(","), []byte("\t"))
	case ".xlsx":
		text = workbook(ts, text)
	case ".parquet":
		text = parquetFile(ts, text)
	}
	if plain != to {
		text = packed(ts, text)
	}
	write(ts, to, text)
}

func write(ts *testscript.TestScript, name string, data []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o600))
}

func packed(ts *testscript.TestScript, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	ts.Check(err)
	ts.Check(w.Close())
	return b.Bytes()
}

// change alters one of the embedded databases behind the program's back.
func change(ts *testscript.TestScript, file, statement string, args ...any) {
	db, err := sql.Open("sqlite", ts.MkAbs(file))
	ts.Check(err)
	res, err := db.ExecContext(context.Background(), statement, args...)
	ts.Check(err)
	n, err := res.RowsAffected()
	ts.Check(err)
	if n == 0 {
		ts.Fatalf("%s: no row changed", statement)
	}
	ts.Check(db.Close())
}

const (
	ledgerFile = "zhunsheng-data/zhunsheng.db"
	officeFile = "zhunsheng-data/zhunsheng-office.db"
)

// backdateCmd makes a batch look committed on an earlier day: backdate 1 2024-01-31.
func backdateCmd(ts *testscript.TestScript, _ bool, args []string) {
	d, err := civil.ParseDate(args[1])
	ts.Check(err)
	change(ts, ledgerFile, "UPDATE batch SET committed_on = ?, committed_at = ? WHERE id = ?", d.Unix(), int64(d.Unix())*86_400_000, args[0])
}

// editionIDCmd puts the id of the edition that bulletin build printed as csv into $EDITION.
func editionIDCmd(ts *testscript.TestScript, _ bool, args []string) {
	_, rows, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	id, _, ok := strings.Cut(rows, ",")
	if !ok {
		ts.Fatalf("no edition in %q", rows)
	}
	ts.Setenv("EDITION", id)
}

// tamperCmd changes what must not change.
func tamperCmd(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "log":
		change(ts, officeFile, "UPDATE audit SET who = 'nobody' WHERE seq = (SELECT MIN(seq) FROM audit)")
	case "edition":
		change(ts, officeFile, "UPDATE edition_file SET data = X'00' || substr(data, 2) WHERE name LIKE '%figures.json'")
	case "recipe":
		change(ts, officeFile, "UPDATE edition SET recipe = replace(recipe, '2024', '2025')")
	case "case":
		change(ts, ledgerFile, "UPDATE case_version SET closed_on = closed_on + 1 WHERE closed_on IS NOT NULL")
	case "archive":
		name := "zhunsheng-data/archive/00000001/001.gz"
		data := []byte(ts.ReadFile(name))
		data[len(data)/2] ^= 1
		write(ts, name, data)
	default:
		ts.Fatalf("tamper log, edition, recipe, case or archive")
	}
}

// columnsCmd removes or damages the figure columns: columns remove, columns damage.
func columnsCmd(ts *testscript.TestScript, _ bool, args []string) {
	names, err := filepath.Glob(filepath.Join(ts.MkAbs("zhunsheng-data/columns"), "*"))
	ts.Check(err)
	if len(names) == 0 {
		ts.Fatalf("there are no figure columns")
	}
	for _, name := range names {
		if args[0] == "remove" {
			ts.Check(os.Remove(name))
			continue
		}
		data, err := os.ReadFile(name)
		ts.Check(err)
		data[len(data)/2] ^= 1
		ts.Check(os.WriteFile(name, data, 0o600))
	}
}

// manyCmd writes a ledger of n cases: many big.csv 300000.
func manyCmd(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := bytes.NewBufferString("法院代码,案号,立案日期,结案日期,结案方式,承办法官\n")
	first := civil.NewDate(2023, 1, 1)
	for i := range n {
		filed := first.AddDays(i % 365)
		closed, way := "", ""
		if i%3 > 0 {
			closed, way = filed.AddDays(i%200).String(), "判决"
		}
		fmt.Fprintf(b, "藏980%d,（2023）藏980%d民初%d号,%s,%s,%s,j%02d\n", i%8+1, i%8+1, i/8+1, filed, closed, way, i%40)
	}
	write(ts, args[0], b.Bytes())
}

// killImportCmd starts an import and kills it (SIGKILL) in the middle of its rows.
func killImportCmd(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.Getenv("PATH")
	program := filepath.Join(filepath.SplitList(path)[0], "zhunsheng")
	cmd := exec.Command(program, append([]string{"import", "--progress", "json"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+path)
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	rows := awaitRows(stderr)
	ts.Check(cmd.Process.Kill())
	err = cmd.Wait()
	var exit *exec.ExitError
	if rows == 0 || !errors.As(err, &exit) || exit.Exited() {
		ts.Fatalf("the import was not killed in its middle: %d rows, %v", rows, err)
	}
	ts.Logf("killed after %d rows", rows)
}
