// Package paper is the life of an official document, from the first draft to its recall: the
// states, the moves between them and who may make each. It is one table; the pages, the store
// and the diagram in the documentation all follow it.
package paper

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

// State is where a document stands.
type State string

// The states, in the order of the life.
const (
	Draft    State = "draft"    // 起草: sentences may be rewritten
	Checked  State = "checked"  // 已校核: the truth checks found nothing; waits for co-signing
	Cosigned State = "cosigned" // 已会签: waits for approval
	Approved State = "approved" // 已签批: waits to be issued
	Issued   State = "issued"   // 已印发: frozen as an edition and sent to courts
	Recalled State = "recalled" // 已撤回
	Restated State = "restated" // 已重述: a later edition took its place
	Dropped  State = "dropped"  // 已废弃: a draft that nobody needs
)

// States lists all states in the order of the life.
func States() []State {
	return []State{Draft, Checked, Cosigned, Approved, Issued, Recalled, Restated, Dropped}
}

// Action is one thing done to a document.
type Action string

// The actions.
const (
	Begin       Action = "begin"       // 起草; the first step of every document
	Refresh     Action = "refresh"     // 更新数据: a draft is generated again from the newest data
	Check       Action = "check"       // 校核
	Return      Action = "return"      // 退回修改
	Cosign      Action = "cosign"      // 会签
	Approve     Action = "approve"     // 签批, by the president or the party group
	Issue       Action = "issue"       // 印发
	Acknowledge Action = "acknowledge" // 签收, by the office of a receiving court
	Recall      Action = "recall"      // 撤回
	Restate     Action = "restate"     // 重述: replaced by a later edition
	Drop        Action = "drop"        // 废弃
)

// Move is one line of the table.
type Move struct {
	From   State
	Action Action
	To     State
	Need   access.Action // the right that it takes
	Reason bool          // a reason must be given
}

// moves is the whole life.
var moves = []Move{
	{Draft, Refresh, Draft, access.BuildBulletin, false},
	{Draft, Check, Checked, access.BuildBulletin, false},
	{Draft, Drop, Dropped, access.BuildBulletin, true},
	{Checked, Cosign, Cosigned, access.CosignBulletin, false},
	{Checked, Return, Draft, access.ReturnBulletin, true},
	{Cosigned, Approve, Approved, access.ApproveBulletin, false},
	{Cosigned, Return, Draft, access.ReturnBulletin, true},
	{Approved, Issue, Issued, access.IssueBulletin, false},
	{Approved, Return, Draft, access.ReturnBulletin, true},
	{Issued, Acknowledge, Issued, access.AcknowledgeBulletin, false},
	{Issued, Recall, Recalled, access.IssueBulletin, true},
	{Issued, Restate, Restated, access.IssueBulletin, false},
}

// Moves lists the moves out of a state in the order of the table.
func Moves(from State) []Move {
	var out []Move
	for _, m := range moves {
		if m.From == from {
			out = append(out, m)
		}
	}
	return out
}

// Find returns the move that an action is from a state; a conflict when there is none, because
// somebody else has moved the document meanwhile.
func Find(from State, a Action) (Move, error) {
	i := slices.IndexFunc(moves, func(m Move) bool { return m.From == from && m.Action == a })
	if i < 0 {
		return Move{}, &fault.Error{Kind: fault.Conflict, Place: string(a), Text: fmt.Sprintf("a document in state %s cannot take this step", from),
			Remedy: "open the document again: somebody may have moved it"}
	}
	return moves[i], nil
}

// Check reports whether a person may make the move now, and whether the reason it takes is given.
func (m Move) Check(who access.Scope, reason string) error {
	if err := who.Need(m.Need); err != nil {
		return err
	}
	if m.Reason && strings.TrimSpace(reason) == "" {
		return fault.At("reason", "this step takes a reason", "say why; it is kept with the document")
	}
	return nil
}

// Diagram prints the table as a Mermaid state diagram, for the documentation.
func Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> draft : begin\n")
	for _, m := range moves {
		fmt.Fprintf(&b, "    %s --> %s : %s\n", m.From, m.To, m.Action)
	}
	for _, s := range States() {
		if len(Moves(s)) == 0 {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	return b.String()
}
