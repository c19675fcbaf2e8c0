using KernelFault.Hosts;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks;

/// <summary>What tests ask of a run and of the machine that it was on.</summary>
internal static class ProcedureAnswers
{
    internal static StepRun Step(this HostRun run, string id) => run.Steps.Single(step => step.Id == id);

    internal static string Statuses(this HostRun run) => string.Join(" ", run.Steps.Select(step => $"{step.Id}:{step.Status}"));

    /// <summary>The steps of one status, in order.</summary>
    internal static string[] Of(this HostRun run, StepStatus status) => [.. run.Steps.Where(step => step.Status == status).Select(step => step.Id)];

    internal static string[] Texts(this StepRun step, string output) => [.. ((IReadOnlyList<object?>)step.Outputs[output]!).Select(value => (string)value!)];

    /// <summary>The programs that reached the machine as argument vectors, without those that only look.</summary>
    internal static string[] Commands(this IEnumerable<RecordedCall> calls) =>
        [.. calls.Where(call => call.Action == "Run" && !(call.Arguments.Count > 0 && s_questions.Contains(call.Arguments[0]))).Select(call => string.Join(" | ", call.Arguments.Prepend(call.Target)))];

    /// <summary>Fails with all that is known when a run ended otherwise than it should have.</summary>
    internal static void Is(this HostRun run, RunStatus status) => Assert.True(run.Status == status, $"{run.Status}: {run.Summary} {run.Statuses()}");

    private static readonly string[] s_questions = ["/enum", "/enum-drivers", "/e", "/query", "/querysettings"];
}
