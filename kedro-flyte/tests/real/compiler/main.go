// Command compiler asks Flyte's own compiler about packages that `pyflyte package` has made.
//
//	compiler [-max-nodes 100] [-limits cpu=2,memory=1Gi] [-version v1] PACKAGE.tgz ...
//
// It prints one JSON line for each task, workflow and launch plan: what it is called, every reason to
// refuse it, and for a workflow its nodes, the bytes of the resource that propeller keeps in etcd and
// the seconds of processor time that compiling it took. The exit status is 2 where a package cannot be
// read, and else 0: a refusal is an answer.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

// verdict is one line of the answer.
type verdict struct {
	Package  string    `json:"package"`
	Kind     string    `json:"kind"` // task, workflow or launch_plan
	Name     string    `json:"name"`
	Refusals []refusal `json:"refusals"`
	Nodes    int       `json:"nodes"`
	Bytes    int       `json:"bytes"`
	Seconds  float64   `json:"seconds"`
}

// refusal is one reason. By is "compiler" (propeller's own code) or "admin" (our reading of FlyteAdmin).
type refusal struct {
	By      string `json:"by"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func main() {
	rules := adminRules{}
	flag.IntVar(&rules.maxNodes, "max-nodes", 100, "FlyteAdmin's registration.maxWorkflowNodes; 0 is none")
	flag.Var(&rules.limits, "limits", "FlyteAdmin's task_resources.limits, such as cpu=2,memory=1Gi; none if empty")
	version := flag.String("version", "v1", "the version to register")
	flag.Parse()
	lines := json.NewEncoder(os.Stdout)
	for _, path := range flag.Args() {
		content, err := readPackage(path, *version)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(2)
		}
		for _, found := range (&registration{rules: rules, content: content}).verdicts() {
			found.Package = path
			if err := lines.Encode(found); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		}
	}
}
