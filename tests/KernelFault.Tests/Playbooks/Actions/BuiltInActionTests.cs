using System.Text.RegularExpressions;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed partial class BuiltInActionTests
{
    public static TheoryData<string> Names => [.. PlaybookActions.BuiltIn.Infos.Select(info => info.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_action_says_all_of_itself(string name)
    {
        PlaybookActionInfo info = Info(name);

        Assert.Matches(KebabCase(), info.Name);
        Assert.All([info.Title, info.Description, info.Idempotence, info.DryRun], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.All([info.Description, info.Idempotence, info.DryRun], text => Assert.EndsWith(".", text));
        Assert.False(info.Title.EndsWith('.'));
        Assert.Equal(info.Inputs.Select(input => input.Name).Distinct(StringComparer.OrdinalIgnoreCase), info.Inputs.Select(input => input.Name));
        Assert.Equal(info.Outputs.Select(output => output.Name).Distinct(StringComparer.OrdinalIgnoreCase), info.Outputs.Select(output => output.Name));
        Assert.All(info.Inputs, input => Assert.Matches(CamelCase(), input.Name));
        Assert.All(info.Outputs, output => Assert.Matches(CamelCase(), output.Name));
        Assert.All(info.Inputs.Select(input => input.Description).Concat(info.Outputs.Select(output => output.Description)), text => Assert.EndsWith(".", text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Defaults_fit_their_inputs(string name) => Assert.All(Info(name).Inputs.Where(input => input.Default is not null), input =>
    {
        Assert.False(input.Required);
        Assert.True(Acting.IsOf(input.Type, input.Default), input.Name);
        Assert.True(input.Allowed.Count == 0 || input.Allowed.Contains((string)input.Default!, StringComparer.Ordinal), input.Name);
        if (input.Default is long or double)
        {
            double number = Convert.ToDouble(input.Default, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(number, input.Minimum ?? double.MinValue, input.Maximum ?? double.MaxValue);
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void An_action_for_one_system_asks_nothing_of_another(string name)
    {
        if (PlaybookActions.BuiltIn.Find(name) is not PlaybookAction action || action.Info.Platform == PlaybookPlatform.Any)
        {
            return;
        }

        bool isWindows = action.Info.Platform == PlaybookPlatform.Windows;
        using RecordedHost host = new("pc", new HostRecording { Facts = isWindows ? Acting.Linux : Acting.Windows });

        HostPlan<ActionResult> plan = action.Plan(new ActionContext { Host = host, Inputs = PlaybookValue.Map(), Folder = "unused" }, CancellationToken.None);

        Assert.Equal(isWindows ? "NotWindows" : "NotLinux", Acting.Guard(plan));
        Assert.Empty(host.Calls);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_action_that_changes_a_machine_needs_an_administrator(string name)
    {
        if (PlaybookActions.BuiltIn.Find(name) is not PlaybookAction { Info: { Changes: true, Platform: not PlaybookPlatform.Linux } } action)
        {
            return;
        }

        using RecordedHost host = new("pc", new HostRecording { Facts = Acting.Windows with { IsElevated = false } });

        HostPlan<ActionResult> plan = action.Plan(new ActionContext { Host = host, Inputs = PlaybookValue.Map(), Folder = "unused" }, CancellationToken.None);

        Assert.Equal("NotElevated", Acting.Guard(plan));
        Assert.Throws<HostGuardException>(() => plan.Execute(new Progress<HostProgress>(), force: true, CancellationToken.None));
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void No_two_actions_have_one_name_and_each_is_found_by_it()
    {
        Assert.Equal(PlaybookActions.BuiltIn.Infos.Select(info => info.Name).Distinct(), PlaybookActions.BuiltIn.Infos.Select(info => info.Name));

        // What the engine does itself is described and cannot be planned.
        PlaybookActionInfo[] found = [.. PlaybookActions.BuiltIn.Infos.Where(info => PlaybookActions.BuiltIn.Find(info.Name) is not null)];
        Assert.Equal(["include", "report"], PlaybookActions.BuiltIn.Infos.Except(found).Select(info => info.Name));
        Assert.All(found, info => Assert.Same(info, PlaybookActions.BuiltIn.Find(info.Name)!.Info));
        Assert.Null(PlaybookActions.BuiltIn.Find("no-such-action"));
    }

    private static PlaybookActionInfo Info(string name) => PlaybookActions.BuiltIn.Infos.Single(info => info.Name == name);

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex KebabCase();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$")]
    private static partial Regex CamelCase();
}
