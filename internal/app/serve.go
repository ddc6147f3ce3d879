package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Serve answers requests on addr until ctx ends, then finishes the running ones. ready is told
// the address once it listens.
func (a *App) Serve(ctx context.Context, addr string, ready func(net.Addr)) error {
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	ready(l.Addr())
	a.runs.start(a.keepSchedule)
	a.runs.start(a.keepAlerts)
	a.runs.start(a.keepEntering)
	a.runs.start(a.keepLimits)
	a.runs.start(a.keepDigesting)
	a.runs.start(a.keepPrepared)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = srv.Shutdown(grace)
	if serveErr := <-ended; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return err
}
