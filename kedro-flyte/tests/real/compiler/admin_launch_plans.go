package main

import (
	"sort"
	_ "time/tzdata" // schedules name time zones, which not every machine knows

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/validators"
	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/util/validation"
)

const mostLabels = 16

// checkLaunchPlan checks a launch plan against its workflow's inputs, and works out what it still asks for,
// which a workflow that starts it is compiled with.
func checkLaunchPlan(plan *admin.LaunchPlan, interfaces map[string]*core.TypedInterface) []refusal {
	spec := plan.GetSpec()
	taken, known := interfaces[spec.GetWorkflowId().GetName()]
	if !known {
		return refuse("WorkflowReferenceNotFound", "there is no workflow %q", spec.GetWorkflowId().GetName())
	}
	wanted := taken.GetInputs().GetVariables()
	expected := expectedInputs(spec, wanted)
	plan.Closure = &admin.LaunchPlanClosure{
		ExpectedInputs:  &core.ParameterMap{Parameters: expected},
		ExpectedOutputs: taken.GetOutputs(),
	}
	found := checkDefaults(spec.GetDefaultInputs().GetParameters(), wanted)
	found = append(found, checkFixed(spec.GetFixedInputs().GetLiterals(), wanted)...)
	found = append(found, checkSchedule(spec.GetEntityMetadata().GetSchedule(), expected)...)
	found = append(found, checkNotifications(spec.GetEntityMetadata().GetNotifications())...)
	found = append(found, checkLabels(spec.GetLabels().GetValues())...)
	sort.SliceStable(found, func(i, j int) bool { return found[i].Message < found[j].Message })
	return found
}

// expectedInputs are the inputs that are not fixed, with their defaults where there are some.
func expectedInputs(spec *admin.LaunchPlanSpec, wanted map[string]*core.Variable) map[string]*core.Parameter {
	expected := map[string]*core.Parameter{}
	for name, variable := range wanted {
		if given := spec.GetDefaultInputs().GetParameters()[name]; given != nil {
			expected[name] = given
		} else if spec.GetFixedInputs().GetLiterals()[name] == nil {
			expected[name] = &core.Parameter{Var: variable, Behavior: &core.Parameter_Required{Required: true}}
		}
	}
	return expected
}

func checkDefaults(given map[string]*core.Parameter, wanted map[string]*core.Variable) []refusal {
	found := []refusal{}
	for name, parameter := range given {
		declared := parameter.GetVar().GetType()
		switch {
		case wanted[name] == nil:
			found = append(found, refuse("UnexpectedInput", "unexpected default input %s", name)...)
		case declared == nil || (parameter.GetDefault() == nil && !parameter.GetRequired()):
			found = append(found, refuse("ValueRequired", "default input %s has no type, or neither a value nor is required", name)...)
		case !validators.AreTypesCastable(declared, wanted[name].GetType()):
			found = append(found, refuse("MismatchingTypes", "default input %s: %v, not %v", name, declared, wanted[name].GetType())...)
		case parameter.GetDefault() != nil:
			found = append(found, checkLiteral(name, parameter.GetDefault(), declared)...)
		}
	}
	return found
}

func checkFixed(given map[string]*core.Literal, wanted map[string]*core.Variable) []refusal {
	found := []refusal{}
	for name, literal := range given {
		switch {
		case wanted[name] == nil:
			found = append(found, refuse("UnexpectedInput", "unexpected fixed input %s", name)...)
		case literal.GetValue() == nil:
			found = append(found, refuse("ValueRequired", "fixed input %s has no value", name)...)
		default:
			found = append(found, checkLiteral(name, literal, wanted[name].GetType())...)
		}
	}
	return found
}

func checkLiteral(name string, literal *core.Literal, wanted *core.LiteralType) []refusal {
	kind := validators.LiteralTypeForLiteral(literal)
	if kind == nil || !validators.AreTypesCastable(kind, wanted) {
		return refuse("MismatchingTypes", "input %s: %v, not %v", name, kind, wanted)
	}
	if when := literal.GetScalar().GetPrimitive().GetDatetime(); when != nil && when.CheckValid() != nil {
		return refuse("InvalidValue", "input %s is no moment: %v", name, when)
	}
	return nil
}

// checkSchedule also parses the expression with the library of FlyteAdmin's scheduler. FlyteAdmin itself
// keeps a bad one, and its scheduler never starts it.
func checkSchedule(schedule *admin.Schedule, expected map[string]*core.Parameter) []refusal {
	if schedule.GetScheduleExpression() == nil {
		return nil
	}
	found := []refusal{}
	kickoff := schedule.GetKickoffTimeInputArg()
	for name, parameter := range expected {
		if parameter.GetRequired() && name != kickoff {
			found = append(found, refuse("UnboundScheduleInput", "a schedule needs a value for %s", name)...)
		}
	}
	if kickoff != "" && expected[kickoff].GetVar().GetType().GetSimple() != core.SimpleType_DATETIME {
		found = append(found, refuse("InvalidKickoffTime", "%s is no free input for a datetime", kickoff)...)
	}
	if text := schedule.GetCronSchedule().GetSchedule(); schedule.GetCronSchedule() != nil {
		if _, err := cron.ParseStandard(text); err != nil {
			found = append(found, refuse("InvalidSchedule", "%q: %v", text, err)...)
		}
	}
	if rate := schedule.GetRate(); rate != nil && rate.GetValue() == 0 {
		found = append(found, refuse("InvalidSchedule", "a rate of 0")...)
	}
	return found
}

func checkNotifications(notifications []*admin.Notification) []refusal {
	found := []refusal{}
	for _, one := range notifications {
		people := append(one.GetEmail().GetRecipientsEmail(), one.GetSlack().GetRecipientsEmail()...)
		people = append(people, one.GetPagerDuty().GetRecipientsEmail()...)
		if len(people) == 0 {
			found = append(found, refuse("ValueRequired", "a notification has no recipient")...)
		}
		for _, phase := range one.GetPhases() {
			switch phase {
			case core.WorkflowExecution_SUCCEEDED, core.WorkflowExecution_FAILED,
				core.WorkflowExecution_ABORTED, core.WorkflowExecution_TIMED_OUT:
			default:
				found = append(found, refuse("InvalidValue", "a notification waits for %v, which is no end", phase)...)
			}
		}
	}
	return found
}

func checkLabels(labels map[string]string) []refusal {
	found := []refusal{}
	if len(labels) > mostLabels {
		found = append(found, refuse("InvalidValue", "%d labels, more than %d", len(labels), mostLabels)...)
	}
	for key, value := range labels {
		reasons := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...)
		if len(reasons) > 0 {
			found = append(found, refuse("InvalidValue", "label %s=%s: %v", key, value, reasons)...)
		}
	}
	return found
}
