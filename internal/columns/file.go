package columns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"

	"zhunsheng/internal/docket"
)

// A segment file is: magic; version; length of the header; header; checksum of all that;
// then the sections one after the other, in the order of the header's directory. Numbers
// are little-endian. Every byte of the file is under one of the checksums.
const (
	magic      = "ZSCOLUMN"
	version    = 2
	prefixSize = len(magic) + 8
)

// The kinds of sections.
const (
	sectionRuns  = 'r'
	sectionIDs   = '#'
	sectionDict  = 'd'
	sectionInts  = 'i'
	sectionMoney = 'm'
	sectionTexts = 't'
)

// section is a line of the directory.
type section struct {
	kind   byte
	name   string // ledger column; empty for runs and ids
	data   []byte
	offset int64
	length uint64
	sum    uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

// encode returns the bytes of the segment's file.
func (s *segment) encode() ([]byte, error) {
	sections, err := s.sections()
	if err != nil {
		return nil, err
	}
	h := binary.LittleEndian.AppendUint64(nil, uint64(s.epoch))
	h = binary.LittleEndian.AppendUint32(h, uint32(s.rows))
	h = appendText(h, s.court)
	h = binary.AppendUvarint(h, uint64(len(docket.Fields)))
	for i := range docket.Fields {
		h = append(appendText(h, docket.Fields[i].Name), byte(docket.Fields[i].Kind), byte(storages[i]))
	}
	h = binary.AppendUvarint(h, uint64(len(sections)))
	for _, sec := range sections {
		h = appendText(append(h, sec.kind), sec.name)
		h = binary.AppendUvarint(h, uint64(len(sec.data)))
		h = binary.LittleEndian.AppendUint32(h, checksum(sec.data))
	}
	out := binary.LittleEndian.AppendUint32([]byte(magic), version)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(h)))
	out = append(out, h...)
	out = binary.LittleEndian.AppendUint32(out, checksum(out))
	for _, sec := range sections {
		out = append(out, sec.data...)
	}
	return out, nil
}

func (s *segment) sections() ([]section, error) {
	out := []section{{kind: sectionRuns, data: encodeRuns(&s.runs)}, {kind: sectionIDs, data: encodeIDs(&s.ids)}}
	add := func(kind byte, field int, data []byte) {
		out = append(out, section{kind: kind, name: docket.Fields[field].Name, data: data})
	}
	for i := range docket.Fields {
		if s.dicts[i] != nil {
			add(sectionDict, i, encodeDict(s.dicts[i]))
		}
		if s.ints[i] != nil {
			add(sectionInts, i, encodeInts(s.ints[i]))
		}
		if s.money[i] != nil {
			add(sectionMoney, i, encodeMoney(s.money[i]))
		}
	}
	for i := range docket.Fields {
		data, err := s.texts.read(i)
		if err != nil {
			return nil, err
		}
		if len(data) > 0 {
			add(sectionTexts, i, data)
		}
	}
	return out, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWords[T uint16 | uint32 | int64 | quad](b []byte, vals []T) []byte {
	b = binary.AppendUvarint(b, uint64(len(vals)))
	b, _ = binary.Append(b, binary.LittleEndian, vals)
	return b
}

func encodeRuns(r *runs) []byte {
	return appendWords(appendWords(appendWords(appendWords(nil, r.start), r.division), r.judge), r.line)
}

func encodeIDs(d *ids) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(d.base))
	return appendWords(appendWords(b, d.small), d.large)
}

func encodeDict(d dict) []byte {
	b := binary.AppendUvarint(nil, uint64(len(d)))
	for _, v := range d {
		b = appendText(b, v)
	}
	return b
}

func encodeInts(c *ints) []byte {
	b := binary.AppendUvarint(nil, uint64(len(c.blocks)))
	for i := range c.blocks {
		x := &c.blocks[i]
		b = append(b, byte(x.form), x.width)
		b = binary.LittleEndian.AppendUint16(b, x.n)
		b = binary.LittleEndian.AppendUint32(b, uint32(x.base))
		b = binary.LittleEndian.AppendUint32(b, uint32(x.top))
	}
	return appendWords(appendWords(b, c.quads), c.shorts)
}

func encodeMoney(m *money) []byte {
	return appendWords(appendWords(appendWords(nil, m.starts), m.rows), m.cents)
}

// write puts the segment into dir: to a temporary file, to disk, and then by rename.
func (s *segment) write(dir string) error {
	data, err := s.encode()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, fileName(s.court, s.epoch))
	tmp := path + ".tmp"
	if err := writeSynced(tmp, data); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	s.texts.settle(path, int64(len(data)))
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes renames in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// settle lets go of the texts once they lie in the file: they are its last sections.
func (t *texts) settle(path string, size int64) {
	t.path, t.size = path, size
	end := size
	for i := range slices.Backward(t.sections) {
		if sec := &t.sections[i]; sec.length > 0 {
			end -= int64(sec.length)
			sec.offset, sec.data = end, nil
		}
	}
}

// readFile loads a segment file. Any fault is an error: the caller rebuilds the court.
func readFile(path string) (*segment, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.texts.path, s.texts.size = path, int64(len(data))
	for i := range s.texts.sections {
		s.texts.sections[i].data = nil
	}
	return s, nil
}
