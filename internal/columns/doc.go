// Package columns is the figure store: every case of the ledger as typed columns in memory,
// one segment per court, from which all counts of all indicators are taken in one pass.
//
// # Layout
//
// The rows of a segment are sorted by division, judge, line, filing day and id, so that every
// (division, judge, line) is one contiguous run of rows and a roll-up is a sum over runs.
// A segment is cut into blocks of 4,096 rows: 64 words of 64 rows. A set of rows of a block
// is 64 words of bits plus one word that says which of them can hold a bit at all; everything
// that follows skips the words that cannot.
//
// Days, counts, flags and dictionary codes are one kind of column, [ints]. A block of it takes
// the cheapest of four forms: nothing at all when no row has a value; bit slices (slice i holds
// bit i of "value minus base" of all rows); bit slices and a presence bitmap; or, where values
// are rare, the list of row numbers and values. Base, top and number of slices belong to the
// block, and answer most comparisons with a constant before any row is looked at.
// Money lies apart as row numbers and int64 cents. Division and judge need no column: they are
// read off the runs. The texts that almost no condition asks for (record key, case number,
// related number) stay in the segment's file; a condition on them reads that section again.
//
// # Evaluation
//
// An [indicator.Ask] is compiled once: bounds are resolved, several bounds on one day become
// one range, equal conditions become one node, and the members of conjunctions are ordered by
// how often they occur, so that common beginnings are shared. Two workers (GOMAXPROCS) then
// walk the segments block by block. The result does not depend on how many workers there are.
//
// # Files
//
// A segment is kept in one file with format version, epoch (the last batch that touched the
// court), the names of all ledger columns, and a checksum for the header and every section.
// Files are read whole into memory; none is mapped, because a mapped file that shrinks kills
// the process. A file that is missing, damaged, of another version or of another epoch is
// rebuilt from the [Source] by [Store.Refresh]. A store without a folder lives in memory only.
package columns
