package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
)

func (e *env) staffingCmd() *cobra.Command {
	return group("staffing", "Lending judges between courts: plan and independent check", e.staffingPlanCmd(), e.staffingCheckCmd())
}

func (e *env) staffingPlanCmd() *cobra.Command {
	var in string
	var alternatives int
	c := &cobra.Command{Use: "plan --in problem.json", Short: "The best way to lend judges, with proof status and what binds", Args: args(0, "flags only"),
		Long: `Reads courts with their judges, load and rules (docs/staffing.md) and prints one JSON object: the
moves that make the largest load per judge smallest, among those the fewest, among those the
cheapest travel. Without "judges" numbers move; with them, named judges with their lines and
languages. The answer is proven optimal, or infeasible with the rules that contradict each
other; a large problem with names may end with a bound and a gap.`,
		Example: `  zhunsheng staffing plan --in problem.json > plan.json
  zhunsheng staffing plan --in problem.json --alternatives 5`,
		RunE: func(*cobra.Command, []string) error {
			p, err := e.problem(in)
			if err != nil {
				return err
			}
			out := json.NewEncoder(e.out)
			out.SetEscapeHTML(false)
			plan := solve.Plan(p)
			if alternatives == 0 {
				return out.Encode(plan)
			}
			return out.Encode(struct {
				staffing.Plan
				Alternatives []solve.Alternative `json:"alternatives"`
			}{plan, solve.Alternatives(p, &plan, alternatives)})
		}}
	c.Flags().StringVar(&in, "in", "-", "the problem, a JSON file; - is standard input")
	c.Flags().IntVar(&alternatives, "alternatives", 0, "for so many moves, also the best plan when the move is refused")
	return c
}

func (e *env) staffingCheckCmd() *cobra.Command {
	var problem, plan string
	c := &cobra.Command{Use: "check --problem P --plan Q", Short: "Recomputes a plan's rules, objective and bound from the two files alone", Args: args(0, "flags only"),
		Long:    "Prints one line for each thing that is wrong; status 0 when nothing is, 1 otherwise.",
		Example: "  zhunsheng staffing check --problem problem.json --plan plan.json",
		RunE: func(*cobra.Command, []string) error {
			if problem == "" || plan == "" {
				return usagef("staffing check needs --problem and --plan; see `zhunsheng help staffing check`")
			}
			p, err := e.problem(problem)
			if err != nil {
				return err
			}
			r, done, err := e.open(plan)
			if err != nil {
				return err
			}
			defer done()
			q, err := staffing.ReadPlan(plan, r)
			if err != nil {
				return err
			}
			faults := staffing.Check(p, q)
			t := e.table("finding")
			for _, f := range faults {
				t.add(f)
			}
			if len(faults) == 0 {
				if q.Status != "infeasible" && !staffing.Confirmed(p, q) {
					fmt.Fprintf(e.err, "the bound %v is the solver's: counting judges alone does not exclude a smaller load\n", q.Bound.MaxLoad)
				}
				return nil
			}
			if err := t.end(); err != nil {
				return err
			}
			return errFindings
		}}
	f := c.Flags()
	f.StringVar(&problem, "problem", "", "the problem, a JSON file")
	f.StringVar(&plan, "plan", "", "the plan, a JSON file")
	return c
}

func (e *env) problem(name string) (*staffing.Problem, error) {
	r, done, err := e.open(name)
	if err != nil {
		return nil, err
	}
	defer done()
	return staffing.ReadProblem(name, r)
}
