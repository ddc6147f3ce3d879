package docket

// partyColumns are the names under which a ledger may carry a keyed hash of the parties'
// names. A hash tells that two cases have the same parties and nothing else; names themselves
// are never read.
var partyColumns = [...]string{"party_key", "当事人标识", "当事人哈希"}

// PartyKey is the keyed hash of the parties of a case, empty where the ledger carries none.
func PartyKey(c *Case) string {
	for _, name := range partyColumns {
		if v := c.Extra[name]; v != "" {
			return v
		}
	}
	return ""
}
