package ledger

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// cellWriter appends a value that is not null as text.
type cellWriter func(b []byte, v parquet.Value) []byte

// writerOf chooses how the values of a column become text, with a note for the clerk where
// the choice matters. The error completes the sentence "column x …".
func writerOf(t parquet.Type) (w cellWriter, note string, err error) {
	if lt := t.LogicalType(); lt != nil {
		switch l := lt.Value.(type) {
		case *format.DateType:
			return writeDay, "", nil
		case *format.TimestampType:
			if l.IsAdjustedToUTC {
				note = "holds instants; the day is the day in UTC."
			}
			return writeInstant(l.Unit.Value.Duration(), l.IsAdjustedToUTC), note, nil
		case *format.TimeType:
			return writeClock(l.Unit.Value.Duration()), "", nil
		case *format.DecimalType:
			return writeDecimal(l.Scale, t.Kind()), "", nil
		case *format.IntType:
			if !l.IsSigned {
				return writeUnsigned(t.Kind()), "", nil
			}
		case *format.BsonType, *format.VariantType, *format.GeometryType, *format.GeographyType, *format.Float16Type:
			return nil, "", errors.New("holds " + l.String() + " values, which are no text")
		case *format.UUIDType:
			return writeUUID, "", nil
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendBool(b, v.Boolean()) }, "", nil
	case parquet.Int32:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendInt(b, int64(v.Int32()), 10) }, "", nil
	case parquet.Int64:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendInt(b, v.Int64(), 10) }, "", nil
	case parquet.Int96:
		return writeInt96, "holds instants of an old form; the day is the day in UTC.", nil
	case parquet.Float:
		return func(b []byte, v parquet.Value) []byte {
			return strconv.AppendFloat(b, float64(v.Float()), 'f', -1, 32)
		}, "", nil
	case parquet.Double:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendFloat(b, v.Double(), 'f', -1, 64) }, "", nil
	}
	return func(b []byte, v parquet.Value) []byte { return append(b, v.ByteArray()...) }, "", nil
}

func writeDay(b []byte, v parquet.Value) []byte {
	return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(b, time.DateOnly)
}

// appendTime writes a day, with its time when it is not midnight; Z marks instants in UTC.
func appendTime(b []byte, t time.Time, utc bool) []byte {
	b = t.AppendFormat(b, time.DateOnly)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 && !utc {
		return b
	}
	b = t.AppendFormat(b, "T15:04:05.999999999")
	if utc {
		b = append(b, 'Z')
	}
	return b
}

func writeInstant(unit time.Duration, utc bool) cellWriter {
	perSecond := int64(time.Second / unit)
	return func(b []byte, v parquet.Value) []byte {
		n := v.Int64()
		return appendTime(b, time.Unix(n/perSecond, n%perSecond*int64(unit)).UTC(), utc)
	}
}

// writeInt96 reads nanoseconds of the day and the Julian day number.
func writeInt96(b []byte, v parquet.Value) []byte {
	const unixJulian = 2440588
	i := v.Int96()
	nanos := int64(uint64(i[0]) | uint64(i[1])<<32)
	return appendTime(b, time.Unix((int64(i[2])-unixJulian)*86400, nanos).UTC(), true)
}

func writeClock(unit time.Duration) cellWriter {
	return func(b []byte, v parquet.Value) []byte {
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		return time.Unix(0, n*int64(unit)).UTC().AppendFormat(b, "15:04:05.999999999")
	}
}

func writeUnsigned(k parquet.Kind) cellWriter {
	if k == parquet.Int32 {
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendUint(b, uint64(v.Uint32()), 10) }
	}
	return func(b []byte, v parquet.Value) []byte { return strconv.AppendUint(b, v.Uint64(), 10) }
}

func writeDecimal(scale int32, k parquet.Kind) cellWriter {
	return func(b []byte, v parquet.Value) []byte {
		n := new(big.Int)
		switch k {
		case parquet.Int32:
			n.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			n.SetInt64(v.Int64())
		default: // two's complement, the highest byte first
			raw := v.ByteArray()
			n.SetBytes(raw)
			if len(raw) > 0 && raw[0] >= 0x80 {
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
			}
		}
		return appendScaled(b, n, int(scale))
	}
}

// appendScaled writes n with its last scale digits behind the point.
func appendScaled(b []byte, n *big.Int, scale int) []byte {
	if n.Sign() < 0 {
		b = append(b, '-')
	}
	digits := new(big.Int).Abs(n).String()
	if scale <= 0 {
		return append(b, digits...)
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	b = append(b, digits[:len(digits)-scale]...)
	b = append(b, '.')
	return append(b, digits[len(digits)-scale:]...)
}

func writeUUID(b []byte, v parquet.Value) []byte {
	const hex = "0123456789abcdef"
	for i, c := range v.ByteArray() {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hex[c>>4], hex[c&15])
	}
	return b
}
