package main

// FlyteAdmin's own rules. FlyteAdmin is no module that can be built on, so they are written again here, from
// its documentation and from what its validators (flyteadmin/pkg/manager/impl/validation, 1.16) are seen to
// refuse. FlyteAdmin says InvalidArgument to all of it; the codes are ours.

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Columns of FlyteAdmin's database take so many characters.
const longestName = 255

type adminRules struct {
	maxNodes int
	limits   limits
}

// limits are the most that one task may ask for, by the names of Flyte's resources.
type limits map[core.Resources_ResourceName]resource.Quantity

// String is for the flag's help.
func (l *limits) String() string { return "" }

// Set reads "cpu=2,memory=1Gi".
func (l *limits) Set(text string) error {
	*l = limits{}
	for _, pair := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(pair, "=")
		kind, known := core.Resources_ResourceName_value[strings.ToUpper(name)]
		quantity, err := resource.ParseQuantity(value)
		if !known || err != nil {
			return fmt.Errorf("%q is no limit such as memory=1Gi", pair)
		}
		(*l)[core.Resources_ResourceName(kind)] = quantity
	}
	return nil
}

func refuse(code, format string, words ...any) []refusal {
	return []refusal{{By: "admin", Code: code, Message: fmt.Sprintf(format, words...)}}
}

func checkIdentifier(id *core.Identifier) []refusal {
	found := []refusal{}
	for _, part := range []string{id.GetProject(), id.GetDomain(), id.GetName(), id.GetVersion()} {
		if part == "" {
			found = append(found, refuse("ValueRequired", "project, domain, name and version must be given: %v", id)...)
		}
		if len(part) > longestName {
			found = append(found, refuse("TooLong", "%.40s... has more than %d characters", part, longestName)...)
		}
	}
	if !strings.EqualFold(url.QueryEscape(id.GetVersion()), id.GetVersion()) {
		found = append(found, refuse("InvalidVersion", "version [%s] must be url safe", id.GetVersion())...)
	}
	return found
}

// checkSize counts the nodes of the workflow itself, without those of sub-workflows and without the
// alternatives of its branches: the compiler makes no nodes of its own of either.
func checkSize(nodes, most int) []refusal {
	if most > 0 && nodes > most {
		return refuse("TooManyNodes", "number of nodes in workflow exceeds limit (%d > %d)", nodes, most)
	}
	return nil
}
