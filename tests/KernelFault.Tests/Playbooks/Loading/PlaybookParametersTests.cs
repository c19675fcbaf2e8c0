using System.Net;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Loading;

public class PlaybookParametersTests
{
    private static readonly Playbook s_playbook = Sample.Read("""
        version: 1
        name: parameters
        title: Parameters
        description: Of every type.
        parameters:
          module: { type: text, required: true, pattern: '[a-z]+' }
          hours: { type: integer, default: 24, minimum: 1, maximum: 720 }
          share: { type: number }
          deep: { type: boolean, default: false }
          names: { type: textList, allowed: [a, b] }
          more: { type: map }
          token: { type: text, secret: true, pattern: '[0-9]+' }
        steps:
          - { id: one, title: One, action: pause }
        """);

    [Fact]
    public void TextsBecomeWhatIsDeclared()
    {
        IReadOnlyDictionary<string, object?> values = PlaybookParameters.Resolve(
            s_playbook,
            PlaybookParameters.Parse(["module=oops", "HOURS=0x10", "share=0.5", "deep=true", "names=a", "names=B", "more={\"x\":1}", "token=17"]));

        Assert.Equal("oops", values["module"]);
        Assert.Equal(16L, values["hours"]);
        Assert.Equal(0.5, values["share"]);
        Assert.Equal(true, values["deep"]);
        Assert.Equal(["a", "B"], (IReadOnlyList<object?>)values["names"]!);
        Assert.Equal(1L, ((IReadOnlyDictionary<string, object?>)values["more"]!)["x"]);
        Assert.Equal("17", values["token"]);
    }

    [Fact]
    public void WhatADoorHasBecomesWhatIsDeclared()
    {
        IReadOnlyDictionary<string, object?> values = PlaybookParameters.Resolve(s_playbook, new Dictionary<string, object?>
        {
            ["module"] = "oops", ["hours"] = 12.0, ["share"] = 3, ["names"] = "a", ["token"] = new NetworkCredential(null, "4711").SecurePassword,
        });

        Assert.Equal((12L, 3L, "4711"), (values["hours"], values["share"], values["token"]));
        Assert.Equal(["a"], (IReadOnlyList<object?>)values["names"]!);
        Assert.Equal(false, values["deep"]);
        Assert.Null(values["more"]);
    }

    [Fact]
    public void AllThatDoesNotFitIsToldAtOnceAndNoSecretWithIt()
    {
        var error = Assert.Throws<PlaybookParameterException>(() => PlaybookParameters.Resolve(
            s_playbook,
            PlaybookParameters.Parse(["hour=1", "hours=1000", "share=much", "deep=yes", "names=c", "more=[1]", "token=hunter"])));

        Assert.Equal(
            [
                "There is no parameter 'hour': did you mean 'hours'?",
                "The parameter 'module' must be given.",
                "'1000' does not fit 'hours': a whole number from 1 to 720 is expected.",
                "'much' does not fit 'share': a number is expected.",
                "'yes' does not fit 'deep': true or false is expected.",
                "'[\"c\"]' does not fit 'names': one of a, b is expected.",
                "'[1]' does not fit 'more': a map is expected.",
                "The value of 'token' does not fit: a text that matches '[0-9]+' is expected.",
            ],
            error.Problems);
        Assert.DoesNotContain("hunter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATextWithoutANameIsRefused() => Assert.Throws<PlaybookParameterException>(() => PlaybookParameters.Parse(["hours"]));

    [Fact]
    public void WhatMachinesHaveThemselvesNeedNotBeGiven() =>
        Assert.Null(PlaybookParameters.Resolve(s_playbook, new Dictionary<string, object?>(), isComplete: false)["module"]);
}
