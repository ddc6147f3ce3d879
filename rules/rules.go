// Package rules embeds the law, the indicators and the house rules. It holds data only.
package rules

import "embed"

// FS is the rules tree. Loaders take an fs.FS, so a court can point at a reviewed folder.
//
//go:embed all:*
var FS embed.FS
