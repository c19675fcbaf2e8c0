using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>A playbook with everything that one can have, and what is done with it in tests.</summary>
internal static class Sample
{
    internal const string Text = """
        version: 1
        name: linux-module-oops
        title: Take a faulty module out of a Linux machine
        description: >-
          Collects the dump, finds the module
          and keeps it from being loaded.
        requires: { platform: Linux, elevated: true }
        match:
          bugChecks: [0x50, 0xD1]
          faultClasses: [NullDereference]
          symptoms: [oops, Kernel Panic]
        parameters:
          module: { type: text, description: The module., pattern: '[a-z0-9_-]+' }
          hours: { type: integer, default: 24, minimum: 1, maximum: 720 }
          mode: { type: text, default: now, allowed: [now, later] }
          token: { type: text, secret: true }
        variables:
          limit: "${{ parameters.hours ?? 5 }}"
          name: "${{ parameters.module ?? \"none\" }}"
        steps:
          - id: collect
            title: Fetch what crashes left
            why: The dump names the module.
            action: collect-dumps
            inputs: { sinceHours: "${{ variables.limit }}", kinds: [Vmcore, Log] }
            register: dumps
            retry: { count: 3, delay: 10, backOff: 2, until: { value: result.count, greaterThan: 0 } }
            timeout: 600
            onFailure: continue
            evidence: [files]
          - id: look
            title: Read each
            why: Several may be there.
            action: analyse-dump
            forEach: ${{ results.dumps.paths }}
            inputs: { path: "${{ item }}" }
            when:
              all:
                - { value: facts.platform, equals: Linux }
                - not: { value: parameters.mode, in: [later] }
                - any:
                    - { value: results.dumps.count, greaterThan: 0 }
                    - { value: results.dumps.newest, exists: true }
                    - { value: facts.version, matches: '^6\.' }
            onFailure: { goTo: keep }
          - id: blacklist
            title: Keep it from being loaded
            why: It crashes the machine.
            action: blacklist-module
            inputs:
              name: ${{ results.look[0].culprit ?? "none" }}
            confirm: Really keep ${{ results.look[0].culprit }} from being loaded?
            changes: true
            restart: allowed
            rollback: { action: unblacklist-module, inputs: { name: "${{ variables.name }}" } }
          - id: keep
            title: Say what was found
            why: The one who reads it.
            action: run-script
            inputs: { program: /bin/echo, arguments: ["${{ parameters.token }}", "Done: ${{ results.look.length }} of ${{ results.dumps.count }}"] }
            when: { value: steps.blacklist.status, equals: Done }
        outputs:
          culprit: "${{ results.look[0].culprit }}"
          started: "${{ run.startTime }}"
        """;

    internal static PlaybookLoader Loader { get; } = new(StubActions.All);

    internal static Playbook Read(string text) => Loader.Read(Encoding.UTF8.GetBytes(text), "sample.yaml", isBuiltIn: false);

    /// <summary>What is wrong with the sample when a piece of it is another.</summary>
    internal static IReadOnlyList<PlaybookProblem> With(string piece, string other)
    {
        Assert.Contains(piece, Text, StringComparison.Ordinal);
        int at = Text.IndexOf(piece, StringComparison.Ordinal);
        return Problems(Text[..at] + other + Text[(at + piece.Length)..]);
    }

    internal static IReadOnlyList<PlaybookProblem> Problems(string text) => Loader.Check(Encoding.UTF8.GetBytes(text), "sample.yaml").Problems;
}
