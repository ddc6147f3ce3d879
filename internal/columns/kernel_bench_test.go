package columns

import (
	"fmt"
	"testing"
)

func BenchmarkKernels(b *testing.B) {
	for _, width := range []int{3, 10} {
		slices := make([]quad, width*blockQuads)
		for i := range slices {
			for lane := range slices[i] {
				slices[i][lane] = uint64(4*i+lane) * 0x9e3779b97f4a7c15
			}
		}
		var dst [blockQuads]quad
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/width=%d", name, width), func(b *testing.B) {
				for b.Loop() {
					f()
				}
			})
		}
		run("upTo", func() { upTo(dst[:], slices, width, 1<<width-4) })
		run("between", func() { between(dst[:], slices, width, 1<<(width-1), 1<<(width-1)+3) })
		run("atMost", func() { atMost(dst[:], operand{slices, width, 0}, operand{slices, width, 0}) })
		run("atMost+1", func() { atMost(dst[:], operand{slices, width, 1}, operand{slices, width, 0}) })
	}
	var x, y, z buffer
	x.fill(0, blockRows)
	y.fill(0, blockRows)
	p, q := x.set(), y.set()
	b.Run("and", func(b *testing.B) {
		for b.Loop() {
			z.and(&p, &q, blockQuads)
		}
	})
	b.Run("count", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n += p.count(blockQuads)
		}
	})
}
