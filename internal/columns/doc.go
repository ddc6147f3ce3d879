// Package columns is the figure store: every case of the ledger as typed columns in memory,
// one segment per court, from which all counts of all indicators are taken in one pass.
//
// # Layout
//
// The rows of a segment are sorted by division, judge, line, filing day and id, so that every
// (division, judge, line) is one contiguous run of rows and a roll-up is a sum over runs.
// A segment is cut into blocks of 16,384 rows, a block into quads of 256 rows: four words of
// bits, as many as the registers of a loop hold. A set of rows of a block is up to 64 quads
// and one word that says which of them can hold a bit at all; what follows skips the others.
//
// Days, counts, flags and dictionary codes are one kind of column, [ints]. A block of it takes
// the cheapest of five forms: nothing at all when no row has a value; bit slices (slice i holds
// bit i of "value minus base" of all rows); bit slices and a presence bitmap; where values are
// rare, the list of them in order, with their row numbers; and one bitmap for each code where
// there are few. Base, top and number of slices belong to the block, and answer many
// comparisons with a constant before any row is looked at. Days of a block share their base
// where that costs nothing, so that they can be compared with each other slice by slice.
// Money lies apart as row numbers and int64 cents. Division and judge need no column: they are
// read off the runs. The texts that almost no condition asks for (record key, case number,
// related number) stay in the segment's file, but for a bitmap of their presence; a condition
// on their values reads that section again, so that every answer is exact.
//
// # Evaluation
//
// An [indicator.Ask] is compiled once: bounds are resolved, several bounds on one day become
// one range, equal conditions become one node, and the members of conjunctions are ordered by
// how often they occur, so that common beginnings are shared. GOMAXPROCS workers then walk the
// segments block by block. Groups of whole runs are counted by the difference of ranks at
// their borders, other groups row by row. The result does not depend on the number of workers.
//
// # Files
//
// A segment is kept in one file with format version, epoch (the last batch that touched the
// court), the names of all ledger columns, and a checksum for the header and every section.
// Files are read whole into memory; none is mapped, because a mapped file that shrinks kills
// the process. A file that is missing, damaged, of another version or of another epoch is
// rebuilt from the [Source] by [Store.Refresh]. A store without a folder lives in memory only.
package columns
