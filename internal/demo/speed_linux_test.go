package demo

import (
	"syscall"
	"testing"
	"time"
)

// TestGenerateIsQuick measures processor time, so that a busy machine does not fail it.
func TestGenerateIsQuick(t *testing.T) {
	before := processorTime(t)
	if _, err := Generate(Options{Seed: 2}); err != nil {
		t.Fatal(err)
	}
	if spent := processorTime(t) - before; spent > 5*time.Second {
		t.Errorf("the city took %v of processor time, want under 5 s", spent)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
