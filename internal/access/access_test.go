package access_test

import (
	"errors"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

func TestScopeConfines(t *testing.T) {
	own := access.Scope{User: "faguan", Role: access.Judge, Court: "藏9801", Division: "d1", Judge: "j1"}
	for _, tc := range []struct {
		name                   string
		scope                  access.Scope
		court, division, judge string
		want                   bool
	}{
		{"city sees all", access.Scope{Role: access.President, City: true}, "藏98", "d", "j", true},
		{"own case", own, "藏9801", "d1", "j1", true},
		{"colleague's case", own, "藏9801", "d1", "j2", false},
		{"other court, same ids", own, "藏9802", "d1", "j1", false},
		{"court office", access.Scope{Role: access.CourtOffice, Court: "藏9801"}, "藏9801", "d7", "j9", true},
		{"court office elsewhere", access.Scope{Role: access.CourtOffice, Court: "藏9801"}, "藏9802", "", "", false},
		{"administrator sees no case", access.Scope{Role: access.Administrator, City: true}, "藏98", "d", "j", false},
		{"nobody", access.Scope{}, "", "", "", false},
	} {
		if got := tc.scope.Sees(tc.court, tc.division, tc.judge); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

func TestRightsTable(t *testing.T) {
	for _, tc := range []struct {
		role   access.Role
		action access.Action
		want   bool
	}{
		{access.Analyst, access.ImportData, true},
		{access.Judge, access.ImportData, false},
		{access.Judge, access.ViewCases, true},
		{access.Administrator, access.ViewCases, false},
		{access.Administrator, access.ManageUsers, true},
		{access.Clerk, access.Export, false},
		{access.CourtOffice, access.BuildBulletin, false},
		{"stranger", access.ViewFigures, false},
	} {
		s := access.Scope{Role: tc.role}
		if s.Can(tc.action) != tc.want {
			t.Errorf("%s %s: %v", tc.role, tc.action, !tc.want)
		}
		if err := s.Need(tc.action); (err == nil) != tc.want || (err != nil && !errors.Is(err, fault.Forbidden)) {
			t.Errorf("%s needs %s: %v", tc.role, tc.action, err)
		}
	}
	if got := access.RolesFor(access.ImportData); len(got) != 2 || got[0] != access.OfficeHead {
		t.Errorf("roles that import: %v", got)
	}
}
