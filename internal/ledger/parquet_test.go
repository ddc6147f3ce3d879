package ledger

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

type parquetEvery struct {
	Text   string           `parquet:"text"`
	Maybe  *string          `parquet:"maybe,optional"`
	Word   string           `parquet:"word,dict"`
	Small  int32            `parquet:"small"`
	Large  int64            `parquet:"large"`
	Plus   uint64           `parquet:"plus"`
	Float  float32          `parquet:"float"`
	Double float64          `parquet:"double"`
	Flag   bool             `parquet:"flag"`
	Day    int32            `parquet:"day,date"`
	Milli  int64            `parquet:"milli,timestamp(millisecond:utc)"`
	Micro  int64            `parquet:"micro,timestamp(microsecond:local)"`
	Old    deprecated.Int96 `parquet:"old"`
	Money  int64            `parquet:"money,decimal(2:18)"`
	Group  struct {
		Inner int32 `parquet:"inner"`
	} `parquet:"group"`
}

func TestParquetTypes(t *testing.T) {
	word := "有"
	at := time.Date(2024, 3, 5, 16, 30, 0, 0, time.UTC)
	a := parquetEvery{
		Text: "案号", Maybe: &word, Word: "民事", Small: -5, Large: 1 << 60, Plus: 1<<64 - 1, Float: 0.1, Double: 1e21, Flag: true,
		Day: int32(at.Unix() / 86400), Milli: at.UnixMilli(), Micro: at.Truncate(24 * time.Hour).UnixMicro(),
		Old: deprecated.Int96{0, 0, 2440588 + uint32(at.Unix()/86400)}, Money: -5,
	}
	a.Group.Inner = 7
	b := parquetEvery{Word: "民事", Day: -1, Old: deprecated.Int96{0, 0, 2440588}, Money: 123456}
	table, rows, err := readAll(inputOf("a.parquet", parquetOf(t, []parquetEvery{a, b}, parquet.MaxRowsPerRowGroup(1))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	header := []string{"text", "maybe", "word", "small", "large", "plus", "float", "double", "flag", "day", "milli", "micro", "old", "money", "group.inner"}
	if !slices.Equal(table.Header, header) {
		t.Errorf("header %q", table.Header)
	}
	want := []readRow{
		{2, []string{"案号", "有", "民事", "-5", "1152921504606846976", "18446744073709551615", "0.1", "1000000000000000000000", "true",
			"2024-03-05", "2024-03-05T16:30:00Z", "2024-03-05", "2024-03-05T00:00:00Z", "-0.05", "7"}},
		{3, []string{"", "", "民事", "0", "0", "0", "0", "0", "false", "1969-12-31", "1970-01-01T00:00:00Z", "1970-01-01", "1970-01-01T00:00:00Z", "1234.56", "0"}},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got  %v\nwant %v", rows, want)
	}
	notes := []string{"Column milli holds instants; the day is the day in UTC.", "Column old holds instants of an old form; the day is the day in UTC."}
	if !slices.Equal(table.Detected.Notes, notes) {
		t.Errorf("notes %q", table.Detected.Notes)
	}
}

// TestParquetManyRows crosses batches, pages and row groups.
func TestParquetManyRows(t *testing.T) {
	var records []parquetCase
	for i := range 5000 {
		records = append(records, parquetCase{CaseNo: string(rune('a' + i%26)), Filed: int32(i)})
	}
	data := parquetOf(t, records, parquet.MaxRowsPerRowGroup(700), parquet.PageBufferSize(512))
	for _, c := range []parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Zstd), parquet.Compression(&parquet.Gzip)} {
		data := parquetOf(t, records, c)
		if _, rows, err := readAll(inputOf("a.parquet", data), Options{}); err != nil || len(rows) != 5000 {
			t.Errorf("compressed: %d rows, %v", len(rows), err)
		}
	}
	_, rows, err := readAll(inputOf("a.parquet", data), Options{})
	if err != nil || len(rows) != 5000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows {
		day := time.Unix(int64(i)*86400, 0).UTC().Format(time.DateOnly)
		if r.Line != i+2 || r.Cells[0] != string(rune('a'+i%26)) || r.Cells[1] != day {
			t.Fatalf("row %d: %v", i, r)
		}
	}
}

// FuzzParquet: damaged bytes end in an error or in rows, never in a panic.
func FuzzParquet(f *testing.F) {
	whole := parquetOf(f, []parquetCase{{"a", 1, "x"}, {"b", 2, "y"}})
	f.Add(0, byte(0))
	f.Add(len(whole)/2, byte(0xff))
	f.Add(len(whole)-9, byte(1))
	f.Fuzz(func(t *testing.T, at int, flip byte) {
		data := slices.Clone(whole)
		if at < 0 || at >= len(data) {
			return
		}
		data[at] ^= flip
		_, rows, err := readAll(inputOf("a.parquet", data), Options{})
		if flip == 0 && (err != nil || len(rows) != 2) {
			t.Fatalf("%v, %v", rows, err)
		}
		if err == nil && len(rows) == 0 {
			t.Fatal("neither rows nor an error")
		}
	})
}
