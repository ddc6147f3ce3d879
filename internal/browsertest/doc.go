// Package browsertest drives the product in a real browser, as a person would: it has tests
// only.
package browsertest
