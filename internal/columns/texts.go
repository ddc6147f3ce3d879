package columns

import (
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"

	"zhunsheng/internal/docket"
)

// texts are the cold text columns of a segment: record key, case number, related number.
// Almost no condition asks for them and they are as large as all other columns together, so
// memory keeps only where they lie in the segment's file. In a store without a folder they
// stay in memory. A column is the values row by row: length as uvarint, then the bytes.
type texts struct {
	path     string
	size     int64         // of the file
	broken   atomic.Bool   // the file was found damaged or gone
	sections []textSection // by field
}

type textSection struct {
	data   []byte // the column, when the store has no folder or the file is not written yet
	offset int64
	length int
	sum    uint32
}

// errMoved says that a segment's file was replaced, damaged or removed while a question was
// being answered. The question starts again after a Refresh, which builds the segment anew.
var errMoved = errors.New("figure columns: a segment file was changed by somebody else, again and again; keep other programs out of its folder")

func (t *texts) lay(cols [][]string) {
	t.sections = make([]textSection, len(docket.Fields))
	for i, col := range cols {
		var data []byte
		some := false
		for _, v := range col {
			some = some || v != ""
			data = binary.AppendUvarint(data, uint64(len(v)))
			data = append(data, v...)
		}
		if some {
			t.sections[i] = textSection{data: data, length: len(data), sum: checksum(data)}
		}
	}
}

// read returns the column of a field; nil when no row has a value.
func (t *texts) read(field int) ([]byte, error) {
	sec := &t.sections[field]
	if sec.length == 0 || sec.data != nil {
		return sec.data, nil
	}
	data, err := readAt(t.path, sec.offset, sec.length)
	if err != nil || checksum(data) != sec.sum {
		t.broken.Store(true)
		return nil, errMoved
	}
	return data, nil
}

func readAt(path string, offset int64, length int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, length)
	_, err = f.ReadAt(data, offset)
	return data, err
}

// intact reports whether the file with the texts is still there, whole as far as its length
// tells. A store without a folder has nothing to lose.
func (t *texts) intact() bool {
	if t.path == "" {
		return true
	}
	info, err := os.Stat(t.path)
	return err == nil && info.Size() == t.size && !t.broken.Load()
}

// match returns the rows whose text is one of the set, as a bitmap over the whole segment.
func (t *texts) match(field, rows int, want map[string]bool) ([]quad, error) {
	out := make([]quad, quadsOf(rows))
	data, err := t.read(field)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		var v []byte
		if data != nil {
			if v, data = nextText(data); v == nil {
				return nil, errText
			}
		}
		if want[string(v)] {
			put(out, row)
		}
	}
	return out, nil
}

var errText = errors.New("columns: text column ends early")

// nextText cuts the first value off a text column; v is nil when the data are malformed.
func nextText(data []byte) (v, rest []byte) {
	n, k := binary.Uvarint(data)
	if k <= 0 || n > uint64(len(data)-k) {
		return nil, nil
	}
	return data[k : k+int(n) : k+int(n)], data[k+int(n):]
}

// wellFormed reports whether the data hold exactly rows values.
func wellFormed(data []byte, rows int) bool {
	for range rows {
		var v []byte
		if v, data = nextText(data); v == nil {
			return false
		}
	}
	return len(data) == 0
}
