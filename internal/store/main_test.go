package store_test

import (
	"os"
	"testing"

	"zhunsheng/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(killEnv) != "" {
		importUntilKilled()
	}
	os.Exit(storetest.Main(m))
}
