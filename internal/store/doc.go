// Package store keeps the one truth: batches of imports, versions of cases and events, their
// issues, the office's lists, users, sessions, the audit log and issued editions. It runs on
// SQLite inside the program and on PostgreSQL on a server, with one schema, and evaluates
// indicators in SQL as a second opinion beside the figure columns.
package store
