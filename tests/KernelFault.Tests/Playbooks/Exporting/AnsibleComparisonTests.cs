using System.Text.Json;
using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Exporting;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Exporting;

/// <summary>The same playbook run here and by Ansible, on this machine: both have to come to the same.</summary>
public sealed class AnsibleComparisonTests : IDisposable
{
    // Inputs are written as flow maps here: a hash sign stands for the playbook's folder.
    private static readonly Dictionary<string, string> s_playbooks = new()
    {
        ["conditions"] = """
            parameters:
              count: { type: integer, default: 0, description: A number. }
              flag: { type: boolean, default: false, description: A flag. }
              word: { type: text, default: "Yes", description: A word. }
              list: { type: textList, default: [One, two], description: A list. }
              yes: { type: boolean, default: true, description: A flag. }
              share: { type: number, default: 168, description: A number. }
            variables: { first: "${{ parameters.count }}", second: "${{ variables.first }}/${{ parameters.flag }}/${{ parameters.share }}/${{ parameters.none ?? null }}" }
            steps:
              - { id: a, title: A, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [a, "${{ parameters.count }}", "${{ parameters.flag }}", "1", "${{ parameters.yes }}"] }, when: { value: parameters.word, equals: yes } }
              - { id: b, title: B, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [b] }, when: { value: parameters.count, equals: "0" } }
              - { id: c, title: C, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [c] }, when: { all: [{ value: parameters.list, contains: ONE }, { not: { value: parameters.flag, equals: true } }, { any: [{ value: parameters.none, exists: true }, { value: parameters.count, in: [7, 0] }] }] } }
              - { id: d, title: D, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [d] }, when: { value: results.a.output, matches: '^A 0 FALSE 1 true$' } }
              - { id: e, title: E, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [e] }, when: { value: parameters.count, greaterThan: "${{ parameters.share }}" } }
              - { id: f, title: F, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [f] }, when: { value: steps.b.status, equals: skipped } }
              - { id: g, title: G, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [g] }, when: { value: parameters.word, in: "${{ parameters.list }}" } }
              - { id: h, title: H, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [h] }, when: { value: run.startTime, greaterThan: "2026-01-01T00:00:00Z" } }
              - { id: i, title: I, why: w, action: run-script, inputs: { program: /bin/echo, arguments: [i] }, when: { value: parameters.word, contains: E } }
            outputs:
              second: ${{ variables.second }}
              a: ${{ results.a.output }}
              b: "${{ steps.b.status }} ${{ steps.b.changed }} ${{ results.b.output }}"
              c: ${{ steps.c.status }}
              d: ${{ steps.d.status }}
              e: ${{ steps.e.status }}
              f: ${{ steps.f.status }}
              g: ${{ steps.g.status }}
              h: ${{ steps.h.status }}
              i: ${{ steps.i.status }}
              count: ${{ parameters.count }}
              flag: ${{ parameters.flag }}
              share: ${{ parameters.share }}
              list: ${{ parameters.list }}
            """,
        ["machine"] = """
            steps:
              - { id: drivers, title: Drivers, why: w, action: get-drivers }
              - { id: module, title: Module, why: w, action: get-module-state, inputs: { name: "no-such-module" } }
              - { id: capture, title: Capture, why: w, action: get-crash-capture }
              - { id: checks, title: Checks, why: w, action: get-machine-checks, inputs: { sinceHours: 1 }, onFailure: continue }
              - { id: heat, title: Heat, why: w, action: get-temperatures, onFailure: continue }
              - { id: dumps, title: Dumps, why: w, action: collect-dumps, inputs: { sinceHours: 0.5 } }
              - { id: risk, title: Risk, why: w, action: test-driver-risk, inputs: { name: ["no-such*"] } }
              - { id: dump, title: Analyse, why: w, action: analyse-dump }
            outputs:
              module: "${{ results.module.loaded }} ${{ results.module.available }} ${{ results.module.blacklisted }}"
              capture: ${{ steps.capture.status }}
              checks: ${{ steps.checks.status }}
              heat: ${{ steps.heat.status }}
              dumps: ${{ steps.dumps.status }}
              dump: "${{ results.dump.found }}"
            """,
        ["texts"] = """
            parameters:
              hostile: { type: text, default: "{{ lookup('pipe', 'id') }} {% raw %} {# # ' \" \\ C:\\Temp\\x ü€😀", description: "A text. {{ 1 }}" }
              lines: { type: text, default: "one\ntwo\n\ttab", description: A text. }
              force: { type: text, default: no, description: Its name is one that the play has. }
              map: { type: map, default: { "{{ key }}": "yes", n: 1 }, description: A map. }
            steps:
              - { id: a, title: "Say {{ 1 }} {% x", why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ parameters.hostile }}", "x ${{ parameters.hostile }} y", "{{ 1 + 1 }}", "!unsafe", "[1, 2]", "{a: b}", "True", "yes", "0644", ""] } }
              - { id: b, title: B, why: w, action: run-script, inputs: { program: /usr/bin/printf, arguments: ["%s|", "${{ parameters.lines }}", "${{ results.a.output }}", "${{ parameters.force }}"] } }
              - { id: c, title: C, why: w, action: run-script, inputs: { program: /bin/echo, arguments: "[3, 4]" } }
              - { id: d, title: D, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ results.c.output }}"], exitCodes: [0] } }
              - { id: e, title: E, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ['{"a": [1, true, null], "b": "{{ 2 }}"}'], json: true } }
              - { id: f, title: F, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ results.e.value.a[0] }}", "${{ results.e.value.a[1] }}", "${{ results.e.value.b }}"] } }
            outputs:
              b: ${{ results.b.output }}
              d: ${{ results.d.output }}
              e: ${{ results.e.value }}
              f: ${{ results.f.output }}
              map: ${{ parameters.map }}
              hostile: ${{ parameters.hostile }}
            """,
        ["lists"] = """
            steps:
              - { id: a, title: A, why: w, forEach: [1, two, "{{ 3 }}", true], action: run-script, inputs: { program: /bin/echo, arguments: ["${{ item }}"] } }
              - { id: b, title: B, why: w, forEach: "${{ results.a }}", action: run-script, inputs: { program: /bin/echo, arguments: ["b ${{ item.output }}"] }, when: { value: item.output, matches: t } }
              - { id: c, title: C, why: w, forEach: [], action: run-script, inputs: { program: /bin/false } }
              - { id: d, title: D, why: w, forEach: "${{ parameters.none ?? null }}", action: run-script, inputs: { program: /bin/false } }
              - { id: e, title: E, why: w, forEach: [x, y], action: copy-file, inputs: { source: brought.txt, destination: "#/${{ item }}.txt" }, changes: true }
              - { id: f, title: F, why: w, forEach: [x, y], action: run-script, inputs: { shell: sh, file: say.sh, arguments: ["${{ item }}", "a b", "'\"$x"] } }
              - { id: g, title: G, why: w, action: run-script, inputs: { program: /bin/cat, arguments: ["#/x.txt", "#/y.txt"] } }
              - { id: h, title: H, why: w, forEach: [0, 1], action: run-script, inputs: { program: /bin/sh, arguments: [-c, 'exit "$1"', x, "${{ item }}"] }, onFailure: continue }
            outputs:
              a: "${{ results.a[0].output }} ${{ results.a[2].output }} ${{ results.a[3].output }} ${{ results.a.length }}"
              b: "${{ results.b[0].output ?? \"nothing\" }} ${{ results.b[1].output }} ${{ results.b[3].output }} ${{ results.b.length }} ${{ steps.b.status }}"
              c: "${{ steps.c.status }} ${{ steps.d.status }} ${{ results.c ?? \"nothing\" }}"
              e: "${{ results.e[1].path }} ${{ steps.e.changed }}"
              f: ${{ results.f[1].output }}
              g: ${{ results.g.output }}
              h: "${{ steps.h.status }} ${{ steps.h.changed }}"
            """,
        ["failures"] = """
            steps:
              - { id: a, title: A, why: w, action: run-script, inputs: { program: /bin/false }, onFailure: { goTo: d } }
              - { id: b, title: B, why: w, action: run-script, inputs: { program: /bin/echo } }
              - { id: c, title: C, why: w, action: run-script, inputs: { program: /bin/echo }, when: { value: parameters.none, exists: true } }
              - { id: d, title: D, why: w, action: run-script, inputs: { program: /bin/sleep, arguments: ["20"] }, timeout: 1, onFailure: continue }
              - { id: e, title: E, why: w, action: run-script, inputs: { shell: sh, file: count.sh, arguments: ["#/count"] }, retry: { count: 5, delay: 1, until: { value: result.output, matches: "^3$" } } }
              - { id: f, title: F, why: w, action: run-script, inputs: { shell: sh, file: count.sh, arguments: ["#/other"] }, retry: { count: 1, delay: 1, until: { value: result.output, equals: "9" } }, onFailure: continue }
              - { id: g, title: G, why: w, action: run-script, inputs: { program: /bin/sh, arguments: [-c, "exit 3"], exitCodes: [3, 4] }, changes: true }
              - { id: h, title: H, why: w, action: assert, inputs: { value: "${{ results.g.exitCode }}", equals: 4, required: false, message: No. } }
              - { id: i, title: I, why: w, action: assert, inputs: { value: "${{ results.g.exitCode }}", equals: 4, message: No. }, onFailure: continue }
              - { id: j, title: J, why: w, action: run-script, inputs: { program: "${{ parameters.none ?? null }}" }, onFailure: continue }
              - { id: k, title: K, why: w, action: run-script, inputs: { shell: sh, file: "${{ results.e.output }}/../say.sh" }, onFailure: continue }
              - { id: l, title: L, why: w, action: copy-file, inputs: { source: "${{ results.up.output ?? \"../x\" }}", destination: "#/l" }, changes: true, onFailure: continue }
              - { id: m, title: M, why: w, action: pause, inputs: { seconds: 1, message: Go on? }, confirm: Really? }
            outputs:
              a: "${{ steps.a.status }} ${{ steps.b.status ?? \"none\" }} ${{ steps.c.status ?? \"none\" }}"
              d: "${{ steps.d.status }} ${{ results.d.output ?? \"none\" }}"
              e: "${{ steps.e.status }} ${{ results.e.output }}"
              f: ${{ steps.f.status }}
              g: "${{ steps.g.status }} ${{ steps.g.changed }} ${{ results.g.exitCode }}"
              h: "${{ steps.h.status }} ${{ results.h.holds }} ${{ steps.i.status }}"
              j: "${{ steps.j.status }} ${{ steps.k.status }} ${{ steps.l.status }} ${{ steps.m.status }}"
            """,
        ["assertions"] = """
            parameters:
              n: { type: number, default: 2.5, description: A number. }
              t: { type: text, default: "Grün 7", description: A text. }
              l: { type: list, default: [a, 1, true], description: A list. }
              m: { type: any, default: { a: { b: [1, 2] } }, description: A map. }
              yes: { type: boolean, default: true, description: A flag. }
            steps:
              - { id: a, title: A, why: w, action: assert, inputs: { value: "${{ parameters.n }}", greaterThan: 2, required: false } }
              - { id: b, title: B, why: w, action: assert, inputs: { value: "${{ parameters.n }}", lessThan: 2.5, required: false } }
              - { id: c, title: C, why: w, action: assert, inputs: { value: "${{ parameters.t }}", contains: "grün", required: false } }
              - { id: d, title: D, why: w, action: assert, inputs: { value: "${{ parameters.t }}", in: [x, "GRÜN 7"], required: false } }
              - { id: e, title: E, why: w, action: assert, inputs: { value: "${{ parameters.l }}", contains: 1, required: false } }
              - { id: f, title: F, why: w, action: assert, inputs: { value: "${{ parameters.l }}", contains: "1", required: false } }
              - { id: g, title: G, why: w, action: assert, inputs: { value: "${{ parameters.m.a.b[1] }}", equals: 2, required: false } }
              - { id: h, title: H, why: w, action: assert, inputs: { value: "${{ parameters.m.a.b[9] }}", exists: false, required: false } }
              - { id: i, title: I, why: w, action: assert, inputs: { value: "${{ parameters.yes }}", equals: true, required: false } }
              - { id: j, title: J, why: w, action: assert, inputs: { value: "${{ parameters.yes }}", equals: "true", required: false } }
              - { id: k, title: K, why: w, action: assert, inputs: { value: "${{ parameters.t }}", matches: "^gr.n \\d$", required: false } }
              - { id: l, title: L, why: w, action: assert, inputs: { value: "${{ parameters.m }}", equals: "${{ parameters.m }}", required: false } }
              - { id: m, title: M, why: w, action: assert, inputs: { value: "${{ parameters.m.a.b.length }}", equals: 2, required: false } }
              - { id: o, title: O, why: w, action: assert, inputs: { value: "${{ parameters.n }} of ${{ parameters.yes }}", equals: "2.5 of true", message: "It is ${{ parameters.n }}." } }
            outputs:
              all: "${{ results.a.holds }} ${{ results.b.holds }} ${{ results.c.holds }} ${{ results.d.holds }} ${{ results.e.holds }} ${{ results.f.holds }} ${{ results.g.holds }} ${{ results.h.holds }}"
              more: "${{ results.i.holds }} ${{ results.j.holds }} ${{ results.k.holds }} ${{ results.l.holds }} ${{ results.m.holds }} ${{ results.o.holds }}"
            """,
        ["including"] = """
            steps:
              - { id: one, title: One, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: "{{ 1 }} ${{ facts.platform }}", times: 3 } } }
              - { id: two, title: Two, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { Word: second, times: "${{ parameters.none ?? null }}" } }, when: { value: results.one, exists: true } }
              - { id: three, title: Three, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: "${{ parameters.none ?? null }}" } }, onFailure: continue }
              - { id: four, title: Four, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: fail } }, onFailure: { goTo: six } }
              - { id: five, title: Five, why: w, action: run-script, inputs: { program: /bin/false } }
              - { id: six, title: Six, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: six, change: true } }, onFailure: continue }
              - { id: seven, title: Seven, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: seven, change: true } }, changes: true }
              - { id: eight, title: Eight, why: w, action: include, inputs: { playbook: sub/inner.yaml, parameters: { word: eight } }, when: { value: steps.seven.status, equals: Failed } }
            outputs:
              one: ${{ results.one }}
              two: ${{ results.two }}
              failed: "${{ steps.three.status }} ${{ steps.four.status }} ${{ steps.five.status ?? \"none\" }} ${{ steps.six.status }} ${{ steps.six.changed }} ${{ steps.eight.status }}"
              seven: "${{ steps.seven.status }} ${{ steps.seven.changed }} ${{ steps.one.changed }}"
            """,
        ["from"] = """
            steps:
              - { id: a, title: A, why: w, action: run-script, inputs: { program: /bin/cp, arguments: ["#/brought.txt", "#/there is.txt"] }, changes: true }
              - { id: b, title: B, why: w, action: copy-file, inputs: { source: "#/there is.txt", direction: From } }
              - { id: c, title: C, why: w, action: copy-file, inputs: { source: "${{ results.b.path }}", destination: "#/back.txt" }, changes: true }
              - { id: d, title: D, why: w, action: run-script, inputs: { program: /bin/cat, arguments: ["#/back.txt"] } }
              - { id: e, title: E, why: w, action: copy-file, inputs: { source: "${{ results.b.path }}", destination: "#/back.txt" }, changes: true }
              - { id: f, title: F, why: w, action: wait-for, inputs: { file: "#/back.txt", timeout: 5 } }
              - { id: g, title: G, why: w, action: wait-for, inputs: { seconds: 1 }, register: other }
              - { id: h, title: H, why: w, action: run-script, inputs: { program: /bin/echo, arguments: ["${{ facts.platform }} ${{ facts.architecture }} ${{ facts.build }}"] }, register: Other }
            outputs:
              b: "${{ steps.b.status }} ${{ results.b.hash }} ${{ results.b.length }}"
              c: "${{ steps.c.changed }} ${{ steps.e.changed }} ${{ results.c.path }} ${{ results.c.hash }}"
              d: ${{ results.d.output }}
              f: "${{ steps.f.status }} ${{ steps.g.status }} ${{ results.other.output }}"
            """,
    };

    private const string Inner = """
        version: 1
        name: inner
        title: Say a word
        description: For a test.
        parameters:
          word: { type: text, required: true, description: What is said. }
          times: { type: integer, default: 2, maximum: 9, description: How often. }
          change: { type: boolean, default: false, description: Whether it changes. }
        variables: { both: "${{ parameters.word }} ${{ parameters.times }}" }
        steps:
          - { id: one, title: Its name is one of the other playbook, why: w, action: run-script, inputs: { shell: sh, file: say.sh, arguments: ["${{ variables.both }}"] } }
          - { id: two, title: Two, why: w, forEach: [a, b], action: run-script, inputs: { program: /bin/echo, arguments: ["${{ item }}"] } }
          - { id: fail, title: Fail, why: w, action: run-script, inputs: { program: /bin/false }, when: { value: parameters.word, equals: fail } }
          - { id: deeper, title: Deeper, why: w, action: include, inputs: { playbook: deeper.yaml, parameters: { items: "${{ results.two }}" } }, when: { value: parameters.times, greaterThan: 2 } }
          - { id: copy, title: Copy, why: w, action: copy-file, inputs: { source: say.sh, destination: "#/said.sh" }, changes: true, when: { value: parameters.change, equals: true } }
        outputs: { said: "${{ results.one.output }}", times: "${{ parameters.times }}", list: "${{ results.two[1].output }}", deeper: "${{ results.deeper }}", skipped: "${{ steps.fail.status }}" }
        """;

    private const string Deeper = """
        version: 1
        name: deeper
        title: Deeper
        description: For a test.
        parameters:
          items: { type: list, default: [], description: Some. }
        steps:
          - { id: one, title: One, why: w, forEach: "${{ parameters.items }}", action: run-script, inputs: { program: /bin/echo, arguments: ["${{ item.output }}!"] } }
        outputs: { last: "${{ results.one[1].output }}", count: "${{ results.one.length }}" }
        """;

    private readonly LoopbackAnsible _ansible = new();

    public static TheoryData<string> Names => new(s_playbooks.Keys.Order(StringComparer.Ordinal));

    public void Dispose() => _ansible.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void A_playbook_comes_to_the_same_in_Ansible(string name)
    {
        ExternalProgram.Require("ansible-playbook");
        string here = Engine(Prepared("here", name), out string summary);
        string file = Prepared("there", name);
        ExportedPlaybook exported = new AnsibleExport().Export(new PlaybookFiles(PlaybookActions.BuiltIn).Read(file).Playbook);
        string target = Path.ChangeExtension(file, ".yml");
        File.WriteAllText(target, exported.Text);

        (int exit, string output, string error) = ExternalProgram.TryRun(_ansible.Folder, "ansible-playbook", "-i", "localhost,", "-c", "local", "-e", "kf_force=true", "-e", "ansible_python_interpreter=/usr/bin/python3", target);

        Assert.True(exit == 0, output + error + string.Join('\n', exported.Warnings));
        string there = Outputs(output).Replace(_ansible.Path("there"), _ansible.Path("here"), StringComparison.Ordinal);
        Assert.True(here == there, $"here: {here}\nthere: {there}\n{summary}\n{string.Join('\n', exported.Warnings)}\n{output}");
    }

    [SkippableFact]
    public void What_was_done_is_taken_back_in_the_same_order_in_Ansible()
    {
        ExternalProgram.Require("ansible-playbook");
        string Back(string word) => $$$"""rollback: { action: run-script, inputs: { program: /bin/sh, arguments: [-c, 'echo "{{{word}}} $1" >> "#/log"', x, "${{ parameters.word }}"] } }""";
        string[] logs = [.. new[] { "here", "there" }.Select(folder =>
        {
            string file = Prepared(folder, "conditions");
            string whole = Path.GetDirectoryName(file)!;
            string Step(string id, string rest) => $"  - {{ id: {id}, title: Step {id}, why: w, {rest} }}\n";
            const string Touch = "action: run-script, inputs: { program: /usr/bin/touch, arguments: [\"#/touched\"] }, changes: true, ";
            const string Fail = "action: run-script, inputs: { program: /bin/false }, changes: true, ";
            string parameters = "parameters: { word: { type: text, default: outer, description: A word. } }\nsteps:\n";
            _ansible.Write(folder + "/within.yaml", ("version: 1\nname: within\ntitle: Within\ndescription: For a test.\n" + parameters + Step("a", Touch + Back("within"))).Replace("#/", whole + "/", StringComparison.Ordinal));
            return _ansible.Write(folder + "/back.yaml", (LoopbackAnsible.Head + parameters
                + Step("a", Touch + Back("a")) + Step("b", Touch + "when: { value: host.none, exists: true }, " + Back("b"))
                + Step("c", "action: include, inputs: { playbook: within.yaml, parameters: { word: first } }, changes: true")
                + Step("same", "action: copy-file, inputs: { source: brought.txt, destination: \"#/brought.txt\" }, changes: true, " + Back("same"))
                + Step("bad", Fail + "onFailure: continue, " + Back("bad").Replace("echo", "exit 1; echo", StringComparison.Ordinal))
                + Step("d", "action: include, inputs: { playbook: within.yaml, parameters: { word: second } }, changes: true")
                + Step("e", Fail + "onFailure: roll-back, " + Back("e"))).Replace("#/", whole + "/", StringComparison.Ordinal));
        })];

        HostRun run = Run(logs[0]);
        (int exit, string output) = _ansible.Run(new AnsibleExport().Export(new PlaybookFiles(PlaybookActions.BuiltIn).Read(logs[1]).Playbook), "-e", "kf_sources=" + _ansible.Path("there"));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.True(exit != 0, output);
        Assert.Equal(["e outer", "within second", "within first", "a outer"], File.ReadAllLines(_ansible.Path("here/log")));
        Assert.True(File.Exists(_ansible.Path("there/log")), output);
        Assert.Equal(File.ReadAllLines(_ansible.Path("here/log")), File.ReadAllLines(_ansible.Path("there/log")));
    }

    private string Prepared(string folder, string name)
    {
        string whole = Path.GetDirectoryName(_ansible.Write(folder + "/brought.txt", "brought\n"))!;
        _ansible.Write(folder + "/say.sh", "for one in \"$@\"; do echo \"[$one]\"; done\n");
        _ansible.Write(folder + "/count.sh", "echo x >> \"$1\"; echo $(wc -l < \"$1\")\n");
        _ansible.Write(folder + "/sub/say.sh", "echo \"said: $1\"\n");
        _ansible.Write(folder + "/sub/inner.yaml", Inner.Replace("#/", whole + "/", StringComparison.Ordinal));
        _ansible.Write(folder + "/sub/deeper.yaml", Deeper);
        string text = s_playbooks[name].Replace("#/", whole + "/", StringComparison.Ordinal).Replace("${{ parameters.none ?? null }}", "${{ host.none ?? null }}", StringComparison.Ordinal)
            .Replace("parameters.none", "host.none", StringComparison.Ordinal).Replace("results.up.output", "host.up", StringComparison.Ordinal);
        return _ansible.Write($"{folder}/{name}.yaml", LoopbackAnsible.Head + text);
    }

    private HostRun Run(string file)
    {
        var files = new PlaybookFiles(PlaybookActions.BuiltIn);
        PlaybookDocument document = files.Read(file);
        var request = new RunRequest { Playbook = document.Playbook, PlaybookBytes = document.Bytes, Targets = [new RunTarget("localhost", _ => new LocalHost())], Options = new RunOptions { Force = true } };
        using PlaybookRollout rollout = PlaybookRollout.Begin(request, new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files }, new RunStore(_ansible.Path("runs")), CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    private string Engine(string file, out string summary)
    {
        HostRun run = Run(file);
        summary = run.Summary + "\n" + string.Join('\n', run.Steps.Select(step => $"{step}: {step.Summary}")) + "\n" + string.Join('\n', run.Warnings);
        Assert.True(run.Status == RunStatus.Succeeded, summary);
        return Text(JsonSerializer.SerializeToElement(run.Outputs));
    }

    private static string Outputs(string output)
    {
        string last = output.Substring(output.LastIndexOf("\"msg\": {", StringComparison.Ordinal) + "\"msg\": ".Length);
        return Text(JsonDocument.Parse(last.Substring(0, last.IndexOf("\n    }\n", StringComparison.Ordinal) + "\n    }\n".Length)).RootElement);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", value.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => one.Name + ": " + Text(one.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(Text)) + "]",
        JsonValueKind.String => "'" + value.GetString() + "'",
        _ => value.ToString(),
    };
}
