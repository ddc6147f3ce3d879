package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
)

func (e *env) backupCmd() *cobra.Command {
	return &cobra.Command{Use: "backup DIR", Short: "Copy the installation into a new folder, also while it serves", Args: args(1, "one folder that is empty or does not exist"),
		Long: `Copies ledger, office and archive of an embedded installation as of one moment and writes a manifest with
the hash of every file. Figure columns are not copied: they are rebuilt from the ledger.`,
		Example: "  zhunsheng backup --data ./zhunsheng-data ./backup-2024-07-01",
		RunE: func(c *cobra.Command, dirs []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				m, err := a.Backup(c.Context(), access.System(), dirs[0])
				if err != nil {
					return err
				}
				return e.manifest(m, dirs[0])
			})
		}}
}

func (e *env) restoreCmd() *cobra.Command {
	return &cobra.Command{Use: "restore DIR", Short: "Put a backup in the place of an installation", Args: args(1, "the folder of a backup"),
		Long: `Compares every file with the manifest and makes the installation named by --data from it. A folder that
holds anything is never overwritten. Run verify afterwards: it rebuilds the ledger from the archive and compares.`,
		Example: "  zhunsheng restore --data ./restored ./backup-2024-07-01 && zhunsheng verify --data ./restored",
		RunE: func(c *cobra.Command, dirs []string) error {
			m, err := app.Restore(c.Context(), e.config(true), dirs[0])
			if err != nil {
				return err
			}
			return e.manifest(m, e.data)
		}}
}

// manifest prints what a backup holds.
func (e *env) manifest(m app.Manifest, folder string) error {
	t := e.table("folder", "made", "data_day", "batch", "files", "bytes")
	t.add(folder, m.Made.Format("2006-01-02T15:04:05Z"), m.DataDay, fmt.Sprint(m.Batch), fmt.Sprint(len(m.Files)), fmt.Sprint(m.Bytes()))
	return t.end()
}
