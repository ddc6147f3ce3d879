package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"zhunsheng/internal/fault"
)

// open opens a file, or standard input for "-".
func (e *env) open(name string) (io.Reader, func(), error) {
	if name == "-" {
		return e.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fault.At(name, "cannot be opened", "check the path and the rights of the file")
	}
	return f, func() { _ = f.Close() }, nil // read-only
}

// firstLine is the first line of a file or of standard input.
func (e *env) firstLine(name string) (string, error) {
	r, done, err := e.open(name)
	if err != nil {
		return "", err
	}
	defer done()
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
