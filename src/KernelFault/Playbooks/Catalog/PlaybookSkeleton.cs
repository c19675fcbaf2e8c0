using KernelFault.Playbooks.Loading;

namespace KernelFault.Playbooks.Catalog;

/// <summary>The beginning of a playbook that somebody writes: valid as it is, with comments that say what can stand where.</summary>
public static class PlaybookSkeleton
{
    /// <summary>Writes it.</summary>
    /// <param name="name">Name of the playbook.</param>
    /// <param name="title">One line for a person; null for one that asks for it.</param>
    /// <param name="platform">The system it is for.</param>
    /// <returns>YAML.</returns>
    /// <exception cref="PlaybookException">That is no name, or no title.</exception>
    public static string Write(string name, string? title, PlaybookPlatform platform)
    {
        if (!PlaybookForm.IsName(name ?? throw new ArgumentNullException(nameof(name)), PlaybookForm.PlaybookName))
        {
            throw new PlaybookException($"'{Formats.PrintableText.Clean(name)}' is no name of a playbook: lower-case letters, digits and hyphens are expected, a letter first, at most {PlaybookForm.MaximumName} characters.");
        }

        title ??= "Say in one line what it does";
        if (title.Trim().Length == 0 || title.Length > PlaybookForm.MaximumTitle || title.Any(char.IsControl))
        {
            throw new PlaybookException($"A title is one line of at most {PlaybookForm.MaximumTitle} characters.");
        }

        return Form.Replace("NAME", name).Replace("PLATFORM", platform.ToString()).Replace("TITLE", "'" + title.Replace("'", "''") + "'").Replace("\r\n", "\n");
    }

    private const string Form = """
        # For completion in an editor put playbook.schema.json of KernelFault's folder playbooks beside this file.
        # yaml-language-server: $schema=playbook.schema.json
        version: 1
        name: NAME
        title: TITLE
        description: >-
          Say what it is for, what it does, and what a person must know before it is run.

        # What a machine must be. platform: Any, Windows or Linux; elevated: whether an administrator or root is needed;
        # offline: true for a Windows folder that is not running, false for a machine that runs, any for both.
        requires: { platform: PLATFORM, elevated: true }

        # For which crashes it is meant: Get-RemediationPlaybook finds it by these.
        match:
          bugChecks: []        # such as 0x50
          faultClasses: []     # such as NullDereference
          symptoms: []         # such as blue screen

        # What the one who runs it gives it. type: text, integer, number, boolean, textList, list, map or any; also default,
        # required, allowed, pattern, minimum, maximum, secret.
        parameters:
          sinceHours: { type: number, default: 24, minimum: 1, description: How old a crash may be. }

        # Steps are done in order; Get-PlaybookAction lists what they can do. Values come in by ${{ path }} or
        # ${{ path ?? path ?? literal }}: parameters.X, variables.X, facts.X, host.X, analysis.X, results.STEP.OUTPUT,
        # steps.STEP.status, run.id.
        steps:
          - id: collect
            title: Fetch what crashes left
            why: What is fetched stays when the machine writes over it.
            action: collect-dumps
            inputs: { sinceHours: "${{ parameters.sinceHours }}" }
            onFailure: continue          # or stop, roll-back, { goTo: LATER-STEP }
            evidence: [files]            # outputs that are kept with the run

          - id: analyse
            title: Find out what crashed
            why: Only what is known can be repaired.
            action: analyse-dump
            inputs: { files: "${{ results.collect.paths }}" }
            when: { value: results.collect.count, greaterThan: 0 }
            evidence: [findings]

          # A step that changes the machine says so, asks, and says what takes it back:
          #
          # - id: repair
          #   title: ...
          #   why: ...
          #   action: ...
          #   changes: true
          #   confirm: Really?
          #   restart: allowed
          #   rollback: { action: ..., inputs: { } }

        # What a run gives.
        outputs:
          crash: ${{ results.analyse.title }}

        """;
}
