package bulletin

import "slices"

// SentenceChange is one sentence in two versions of a document. An empty text is a sentence
// that the version does not have.
type SentenceChange struct {
	ID, Then, Now string
}

// Changed reports whether the two versions differ.
func (c SentenceChange) Changed() bool { return c.Then != c.Now }

// CompareSentences lays two versions of a document side by side, sentence by sentence in the
// order of the later one; what only the earlier has stands after the sentence it followed.
func CompareSentences(then, now *Edition) []SentenceChange {
	var out []SentenceChange
	for _, s := range now.Sentences {
		out = append(out, SentenceChange{ID: s.ID, Now: s.Text})
	}
	at := 0
	for _, s := range then.Sentences {
		i := slices.IndexFunc(out, func(c SentenceChange) bool { return c.ID == s.ID })
		if i < 0 {
			i = at
			out = slices.Insert(out, i, SentenceChange{ID: s.ID})
		}
		out[i].Then = s.Text
		at = i + 1
	}
	return out
}

// FigureChange is one figure in two versions of a document, as printed; an empty text is a
// figure that the version does not print.
type FigureChange struct {
	Figure    Printed // of the earlier version where it has it
	Then, Now string
}

// CompareFigures lists the figures that two versions of a document print differently, or that
// only one of them prints, in the order of the earlier one. Figures that print alike but have
// another value differ, too.
func CompareFigures(then, now *Edition) []FigureChange {
	later := make(map[string]Printed, len(now.Figures))
	for _, f := range now.Figures {
		later[f.ID] = f
	}
	var out []FigureChange
	for _, f := range then.Figures {
		n, ok := later[f.ID]
		delete(later, f.ID)
		if !ok || n.Text != f.Text || n.Value != f.Value || n.Numerator != f.Numerator || n.Divisor != f.Divisor {
			out = append(out, FigureChange{Figure: f, Then: f.Text, Now: n.Text})
		}
	}
	for _, f := range now.Figures {
		if _, only := later[f.ID]; only {
			out = append(out, FigureChange{Figure: f, Now: f.Text})
		}
	}
	return out
}
