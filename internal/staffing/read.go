package staffing

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"zhunsheng/internal/fault"
)

// ReadProblem reads a problem and checks it. Errors are of kind fault.Invalid and name place.
func ReadProblem(place string, r io.Reader) (*Problem, error) {
	var p Problem
	if err := decode(place, r, &p); err != nil {
		return nil, err
	}
	if err := p.check(place); err != nil {
		return nil, err
	}
	return &p, p.checkNames(place)
}

// ReadPlan reads a plan; whether it is right is for Check to say.
func ReadPlan(place string, r io.Reader) (*Plan, error) {
	var p Plan
	return &p, decode(place, r, &p)
}

func decode(place string, r io.Reader, out any) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read %s: %w", place, err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(out); err != nil {
		return notAsWritten(place, text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.At(lineAt(place, text, d.InputOffset()), "something follows after its end", "write one JSON object")
	}
	return nil
}

// notAsWritten says where a text departs from what the file should be.
func notAsWritten(place string, text []byte, err error) error {
	const remedy = "see docs/staffing.md"
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fault.At(lineAt(place, text, kind.Offset), fmt.Sprintf("%s has a %s where %s belongs", cmp.Or(kind.Field, "the file"), kind.Value, wanted(kind.Type)), remedy)
	case errors.As(err, &syntax):
		return fault.At(lineAt(place, text, syntax.Offset), "not JSON: "+syntax.Error(), remedy)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.At(lineAt(place, text, int64(len(bytes.TrimRight(text, " \r\n")))), "it ends before its end", "write one JSON object")
	}
	return fault.At(place, strings.TrimPrefix(err.Error(), "json: "), remedy) // a name that is not known
}

// wanted names what a field holds, as JSON calls it.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

// lineAt is the line of an offset into a text.
func lineAt(place string, text []byte, offset int64) string {
	return fmt.Sprintf("%s:%d", place, 1+bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n")))
}
