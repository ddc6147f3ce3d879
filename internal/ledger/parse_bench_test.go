package ledger_test

import (
	"bytes"
	"fmt"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
)

// benchHeader is a ledger of fifteen columns as Chinese courts export it.
const benchHeader = "法院代码,案号,案件类型,条线,审级,适用程序,案由,承办庭室,承办法官,立案日期,审限起始日期,审限届满日期,结案日期,结案方式,执行标的额\n"

// benchLedger makes rows of about 190 bytes in UTF-8.
func benchLedger(rows int) []byte {
	var b bytes.Buffer
	b.WriteString(benchHeader)
	procedures := []string{"普通程序", "简易程序", "小额诉讼程序"}
	causes := []string{"民间借贷纠纷", "买卖合同纠纷", "机动车交通事故责任纠纷", "离婚纠纷"}
	ways := []string{"判决", "调解", "撤诉"}
	filed := civil.NewDate(2023, 1, 1)
	for i := range rows {
		day := filed.AddDays(i % 300)
		fmt.Fprintf(&b, "藏98%02d,（2023）藏98%02d民初%d号,民初,民事,一审,%s,%s,民一庭,法官%03d,%s,%s,%s,%s,%s,%d.50\n",
			i%8+1, i%8+1, i/8+1, procedures[i%3], causes[i%4], i%231, day, day.AddDays(1), day.AddMonths(6), day.AddDays(i%60), ways[i%3], i%100000)
	}
	return b.Bytes()
}

// BenchmarkValidated reads, maps and validates a ledger; rows/s is the figure that counts.
func BenchmarkValidated(b *testing.B) {
	const rows = 200_000
	data := benchLedger(rows)
	courts := map[string]docket.Court{}
	for i := 1; i <= 8; i++ {
		code := fmt.Sprintf("藏98%02d", i)
		courts[code] = docket.Court{Code: code, Name: code, Level: 4}
	}
	r := reader(b, "cn-standard", ledger.Lists{Courts: courts})
	b.Run(fmt.Sprintf("rows=%d,columns=15,bytes=%d", rows, len(data)/rows), func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			p, err := r.Parse(input("台账.csv", data), ledger.Options{})
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for row, err := range p.Rows() {
				if err != nil || len(row.Issues) > 0 || row.Case == nil {
					b.Fatal(err, row.Issues)
				}
				n++
			}
			if n != rows {
				b.Fatalf("%d rows", n)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
