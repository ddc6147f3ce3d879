package demo

import (
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
)

// User is a person who may sign in to the demo.
type User struct {
	Scope    access.Scope
	Password string
}

// Password opens every sign-in of the demo; the demo holds invented data only.
const Password = "zhunsheng-demo"

// users makes one sign-in for every role. Head of division, judge and clerk sit in the civil
// division of court A in which the most cases of the data day are pending.
func (c *City) users() []User {
	home := c.busiest()
	court := c.Courts[surgeCourt]
	name := func(post string) docket.Posting {
		for _, p := range c.Roster {
			if p.Division == home.Division && p.Post == post && p.To.IsZero() && (post != quotaJudge || p.Judge == home.Judge) {
				return p
			}
		}
		return docket.Posting{}
	}
	own := access.Scope{Court: court.Code, Division: home.Division, Judge: home.Judge}
	scopes := []access.Scope{
		{User: "yuanzhang", Name: "院长", Role: access.President, City: true},
		{User: "zhuren", Name: "审管办主任", Role: access.OfficeHead, City: true},
		{User: "tongji", Name: "统计员", Role: access.Analyst, City: true},
		{User: "tingzhang", Name: "庭长", Role: access.DivisionHead, Court: own.Court, Division: own.Division},
		{User: "faguan", Name: name(quotaJudge).Name + "（法官）", Role: access.Judge, Court: own.Court, Division: own.Division, Judge: own.Judge},
		{User: "shujiyuan", Name: name(clerk).Name + "（书记员）", Role: access.Clerk, Court: own.Court, Division: own.Division, Judge: own.Judge},
		{User: "jiceng", Name: court.Name + "审管办", Role: access.CourtOffice, Court: court.Code},
		{User: "admin", Name: "系统管理员", Role: access.Administrator},
	}
	out := make([]User, len(scopes))
	for i, s := range scopes {
		out[i] = User{Scope: s, Password: Password}
	}
	return out
}

// busiest finds the judge in post of court A with the most pending cases in a civil division.
func (c *City) busiest() docket.Posting {
	pending := map[string]int{}
	for i := range c.Cases {
		if x := &c.Cases[i]; x.ClosedOn.IsZero() {
			pending[x.Judge+"/"+x.Division]++
		}
	}
	var best docket.Posting
	most := -1
	for _, p := range c.Roster {
		civil := p.Court == c.Courts[surgeCourt].Code && p.Post == quotaJudge && p.To.IsZero() && p.Division == fmt.Sprintf("98%02d-ms1", surgeCourt)
		if n := pending[p.Judge+"/"+p.Division]; civil && n > most {
			best, most = p, n
		}
	}
	return best
}
