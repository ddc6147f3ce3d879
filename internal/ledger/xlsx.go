package ledger

import "zhunsheng/internal/fault"

func openXLSX(c content, _ Options) ([]*Table, error) {
	return nil, fault.At(c.in.Name, "workbooks are not read yet", "")
}
