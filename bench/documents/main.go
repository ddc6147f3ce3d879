// Command documents measures one bulletin for every court, as a user makes them: it builds the
// program, imports an invented nation, runs bulletin build --each-court, and reports the clock,
// the processor time and the peak memory of that one process. Every document is real: docx, xlsx
// and json are written to disk and frozen as an edition. Run it in bench.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"zhunsheng/internal/civil"
)

func main() {
	courts := flag.String("courts", "100,400", "numbers of courts, one run each")
	cases := flag.Int("cases", 1300, "cases of a court, filed over a year; 1,300 make 2,013 listed rows")
	kind := flag.String("kind", "monthly", "kind of document")
	program := flag.String("program", "", "program to measure; empty: built from the source")
	flag.Parse()
	if err := run(*program, *courts, *cases, *kind); err != nil {
		fmt.Fprintln(os.Stderr, "documents:", err)
		os.Exit(1)
	}
}

// run measures one installation for each number of courts.
func run(program, courts string, cases int, kind string) (err error) {
	if program == "" {
		dir, err := os.MkdirTemp("", "zhunsheng-program-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "zhunsheng")
		if out, err := exec.Command("go", "build", "-C", "..", "-o", program, "./cmd/zhunsheng").CombinedOutput(); err != nil {
			return fmt.Errorf("build the program: %w: %s", err, out)
		}
	}
	if program, err = filepath.Abs(program); err != nil {
		return err
	}
	fmt.Println("| courts | rows listed | clock s | processor s | processor ms a court | own memory MiB | with mapped files MiB | files MiB |")
	fmt.Println("|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, text := range strings.Split(courts, ",") {
		n, err := strconv.Atoi(text)
		if err == nil {
			err = measure(program, n, cases, kind)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// measure builds one document for each of n courts.
func measure(program string, n, cases int, kind string) (err error) {
	dir, err := os.MkdirTemp("", "zhunsheng-documents-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := nation(dir, n, cases); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"courts", "load", "courts.csv"}, {"roster", "load", "roster.csv"},
		{"import", "ledger.csv", "--mapping", "cn-standard", "--data-day", "2023-12-31", "--progress", "none"},
	} {
		if err := execute(dir, program, args...); err != nil {
			return err
		}
	}
	start := time.Now()
	done, own, err := watched(dir, program, "bulletin", "build", "--kind", kind, "--period", "2023", "--each-court", "--out", "out", "--format", "csv", "--progress", "none")
	if err != nil {
		return err
	}
	clock := time.Since(start)
	rows, bytes, err := written(dir, n)
	if err != nil {
		return err
	}
	spent := done.UserTime() + done.SystemTime()
	peak := int64(0)
	if u, ok := done.SysUsage().(*syscall.Rusage); ok {
		peak = u.Maxrss // KiB, mapped pages of the database included
	}
	fmt.Printf("| %d | %d | %.0f | %.0f | %.0f | %d | %d | %d |\n", n, rows, clock.Seconds(), spent.Seconds(), spent.Seconds()*1000/float64(n), own/1024, peak/1024, bytes>>20)
	return nil
}

// execute runs a command in dir; what it prints goes to a file named after its first argument.
func execute(dir, name string, args ...string) error {
	_, _, err := watched(dir, name, args...)
	return err
}

// watched is execute; it also tells the most memory of its own that the command had, in KiB,
// looked at four times a second.
func watched(dir, name string, args ...string) (done *os.ProcessState, own int64, err error) {
	out, err := os.Create(filepath.Join(dir, args[0]+".txt"))
	if err != nil {
		return nil, 0, err
	}
	c := exec.Command(name, args...)
	var said strings.Builder
	c.Stdout, c.Stderr, c.Dir = out, &said, dir
	if err := c.Start(); err != nil {
		return nil, 0, errors.Join(err, out.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for tick := time.Tick(250 * time.Millisecond); ; {
		select {
		case err := <-ended:
			if err = errors.Join(err, out.Close()); err != nil {
				err = fmt.Errorf("%s %s: %w: %s", filepath.Base(name), args[0], err, said.String())
			}
			return c.ProcessState, own, err
		case <-tick:
			own = max(own, anonymous(c.Process.Pid))
		}
	}
}

// anonymous is the memory of a process that is no mapped file, in KiB; 0 where the system does not
// tell.
func anonymous(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "RssAnon:")
	n, err := strconv.ParseInt(strings.Fields(after + " 0")[0], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// written adds up what the run says of each document, and the files themselves.
func written(dir string, courts int) (rows, bytes int64, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "bulletin.txt"))
	if err != nil {
		return 0, 0, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
	if len(lines) != courts {
		return 0, 0, fmt.Errorf("%d documents for %d courts", len(lines), courts)
	}
	for _, line := range lines {
		n, err := strconv.ParseInt(strings.Split(line, ",")[2], 10, 64)
		if err != nil {
			return 0, 0, err
		}
		rows += n
	}
	files := 0
	err = filepath.WalkDir(filepath.Join(dir, "out"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files++
			bytes += info.Size()
		}
		return err
	})
	if err == nil && files != 3*courts {
		err = fmt.Errorf("%d files for %d courts", files, courts)
	}
	return rows, bytes, err
}

// nation writes the lists and the ledger: every court with ten judges and so many cases filed in
// 2023, four of five closed within the year, some late.
func nation(dir string, courts, cases int) error {
	return errors.Join(
		table(dir, "courts.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "code,name,level,parent,seq")
			for i := range courts {
				fmt.Fprintf(w, "%s,%s县人民法院,4,,%d\n", code(i), code(i), i+1)
			}
		}),
		table(dir, "roster.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "judge_id,name,court,division,post,from,to")
			for i := range courts {
				for j := range 10 {
					fmt.Fprintf(w, "%s-%d,法官,%s,,quota_judge,2020-01-01,\n", code(i), j, code(i))
				}
			}
		}),
		table(dir, "ledger.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "法院代码,案号,立案日期,结案日期,结案方式,承办法官,案由")
			for i := range courts {
				ledger(w, code(i), cases)
			}
		}))
}

func code(i int) string { return fmt.Sprintf("藏%04d", i) }

func ledger(w *bufio.Writer, court string, cases int) {
	for n := range cases {
		filed := civil.NewDate(2023, 1, 1).AddDays(n * 364 / cases)
		closed, way := "", ""
		if day := filed.AddDays(20 + n*37%190); n%5 != 0 && day <= civil.NewDate(2023, 12, 31) {
			closed, way = day.String(), "判决"
		}
		fmt.Fprintf(w, "%s,（2023）%s民初%d号,%s,%s,%s,%s-%d,民间借贷纠纷\n", court, court, n+1, filed, closed, way, court, n%10)
	}
}

// table writes one file through a buffer.
func table(dir, name string, fill func(*bufio.Writer)) (err error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	fill(w)
	return w.Flush()
}
