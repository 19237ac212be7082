package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"syscall"
	"time"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/common"
	compilererrors "github.com/flyteorg/flyte/flytepropeller/pkg/compiler/errors"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/transformers/k8s"
	"google.golang.org/protobuf/proto"
)

// registration does with a package what FlyteAdmin does with it: tasks first, then workflows, then the
// launch plans of those that it has taken. Each workflow goes through propeller's compiler, and on to
// the resource that an execution of it would be.
type registration struct {
	rules   adminRules
	content *packageContent
	tasks   []*core.CompiledTask
}

func (r *registration) verdicts() []verdict {
	found := []verdict{}
	seen := map[string]proto.Message{}
	add := func(kind string, id *core.Identifier, entity proto.Message, check func(*verdict) []refusal) {
		one := verdict{Kind: kind, Name: id.GetName()}
		one.Refusals = append(checkIdentifier(id), r.checkTwice(seen, kind, id, entity)...)
		began := processorTime()
		one.Refusals = append(one.Refusals, guarded(&one, check)...)
		one.Seconds = (processorTime() - began).Seconds()
		found = append(found, one)
	}
	for _, task := range r.content.tasks {
		add("task", task.GetTemplate().GetId(), task, func(*verdict) []refusal { return r.task(task.GetTemplate()) })
	}
	// A workflow may start a launch plan, and a plan is of a workflow: interfaces come before both.
	interfaces := map[string]*core.TypedInterface{}
	for _, spec := range r.content.workflows {
		interfaces[spec.GetTemplate().GetId().GetName()] = spec.GetTemplate().GetInterface()
	}
	for _, plan := range r.content.plans {
		add("launch_plan", plan.GetId(), plan, func(*verdict) []refusal { return checkLaunchPlan(plan, interfaces) })
	}
	for _, spec := range r.content.workflows {
		add("workflow", spec.GetTemplate().GetId(), spec, func(one *verdict) []refusal { return r.workflow(spec, one) })
	}
	return found
}

// checkTwice refuses a name that is taken by something else: an identifier stands for one content.
func (r *registration) checkTwice(seen map[string]proto.Message, kind string, id *core.Identifier, entity proto.Message) []refusal {
	key := kind + " " + id.GetName()
	before, known := seen[key]
	if !known {
		seen[key] = proto.Clone(entity)
		return nil
	}
	if proto.Equal(before, entity) {
		return nil
	}
	return refuse("ValueCollision", "%s with different structure already exists", key)
}

func (r *registration) task(template *core.TaskTemplate) []refusal {
	compiled, err := compiler.CompileTask(template)
	found := append(fromCompiler(err), checkTask(template, r.rules.limits)...)
	if len(found) == 0 {
		r.tasks = append(r.tasks, compiled)
	}
	return found
}

func (r *registration) workflow(spec *admin.WorkflowSpec, one *verdict) []refusal {
	template := spec.GetTemplate()
	required, err := compiler.GetRequirements(template, spec.GetSubWorkflows())
	if err != nil {
		return fromCompiler(err)
	}
	plans := []common.InterfaceProvider{}
	for _, plan := range r.content.plans {
		plans = append(plans, compiler.NewLaunchPlanInterfaceProvider(plan))
	}
	closure, err := compiler.CompileWorkflow(template, spec.GetSubWorkflows(), r.needed(required), plans)
	if err != nil {
		return fromCompiler(err)
	}
	one.Nodes = len(closure.GetPrimary().GetTemplate().GetNodes()) - 2 // without its start and its end
	found := checkSize(one.Nodes, r.rules.maxNodes)
	execution := &core.WorkflowExecutionIdentifier{Project: project, Domain: domain, Name: "execution"}
	resource, err := k8s.BuildFlyteWorkflow(closure, r.inputs(template), execution, project+"-"+domain)
	if err != nil {
		return append(found, fromCompiler(err)...)
	}
	encoded, err := json.Marshal(resource)
	one.Bytes = len(encoded)
	return append(found, fromCompiler(err)...)
}

// needed are the compiled tasks that a workflow asks for, which FlyteAdmin looks up by their identifiers.
func (r *registration) needed(required compiler.WorkflowExecutionRequirements) []*core.CompiledTask {
	found := []*core.CompiledTask{}
	wanted := map[string]bool{}
	for _, id := range required.GetRequiredTaskIds() {
		wanted[id.String()] = true
	}
	for _, task := range r.tasks {
		if id := task.GetTemplate().GetId().String(); wanted[id] {
			found = append(found, proto.Clone(task).(*core.CompiledTask))
			delete(wanted, id)
		}
	}
	return found
}

// inputs are the defaults of the launch plan that has the workflow's name, and made-up values for the rest.
func (r *registration) inputs(template *core.WorkflowTemplate) *core.LiteralMap {
	given := map[string]*core.Literal{}
	for name, variable := range template.GetInterface().GetInputs().GetVariables() {
		given[name], _ = coreutils.MakeDefaultLiteralForType(variable.GetType())
	}
	for _, plan := range r.content.plans {
		if plan.GetId().GetName() != template.GetId().GetName() {
			continue
		}
		for name, parameter := range plan.GetSpec().GetDefaultInputs().GetParameters() {
			if parameter.GetDefault() != nil {
				given[name] = parameter.GetDefault()
			}
		}
	}
	return &core.LiteralMap{Literals: given}
}

func fromCompiler(err error) []refusal {
	if err == nil {
		return nil
	}
	var several compilererrors.CompileErrors
	if !errors.As(err, &several) {
		return []refusal{{By: "compiler", Code: "Error", Message: err.Error()}}
	}
	found := []refusal{}
	for _, one := range several.Errors().List() {
		found = append(found, refusal{By: "compiler", Code: string(one.Code()), Message: one.Error()})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Message < found[j].Message })
	return found
}

// guarded turns a panic of the compiler into a refusal: FlyteAdmin answers with an internal error then.
func guarded(one *verdict, check func(*verdict) []refusal) (found []refusal) {
	defer func() {
		if reason := recover(); reason != nil {
			found = []refusal{{By: "compiler", Code: "Panic", Message: fmt.Sprint(reason)}}
		}
	}()
	return check(one)
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
