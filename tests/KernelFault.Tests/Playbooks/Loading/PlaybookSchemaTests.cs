using System.Text.Json;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using NJsonSchema;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>The schema that editors use, and the loader. The schema on disk is made again with KERNELFAULT_WRITE_SCHEMA=1.</summary>
public class PlaybookSchemaTests
{
    private const string Document = """
        version: 1
        name: sample
        title: A sample
        description: With a place for each key.
        requires: { platform: Linux }
        match: { bugChecks: [0x50] }
        parameters:
          p: { type: text }
        variables: { v: 1 }
        steps:
          - id: one
            title: One
            action: collect-dumps
            inputs: { }
            when: { value: facts.platform, equals: Linux }
            changes: false
          - id: two
            title: Two
            action: blacklist-module
            inputs: { name: oops }
            changes: true
            rollback: { action: unblacklist-module, inputs: { name: oops } }
          - { id: last, title: Last, action: pause }
        outputs: { o: 1 }
        """;

    // A piece of the document, and what stands in its place. What only the loader can know is left out: references to parameters,
    // variables, steps and results, ids that are unique, forms of expressions and regular expressions, defaults that fit patterns
    // and limits, systems that differ, actions that need a machine that runs, and a rollback that changes where the step says that nothing is changed. 1.0 is left out too:
    // no whole number in YAML, and one in JSON.
    private static readonly (string Piece, string[] Others)[] s_cases =
    [
        ("version: 1\n", ["version: 2\n", "version: '1'\n", "version: ~\n", "version: true\n", "", "version: 0x1\n", "version: [1]\n"]),
        ("name: sample\n", ["name: a\n", "name: a-b-2\n", "name: A\n", "name: a_b\n", "name: -a\n", "name: a--b\n", "name: a-\n", "name: 5\n", "name: '5'\n", "name: ''\n", "", "name: \"a\\n\"\n", "name: " + new string('a', 64) + "\n", "name: " + new string('a', 65) + "\n"]),
        ("title: A sample\n", ["title: 5\n", "title: ' '\n", "title: \"a\\nb\"\n", "title: ~\n", "title: yes\n", "title: " + new string('x', 200) + "\n", "title: " + new string('x', 201) + "\n", "titel: A\n", ""]),
        ("description: With a place for each key.\n", ["description: |\n  a\n  b\n", "description: []\n", "description: ''\n", "", "description: " + new string('x', 4001) + "\n"]),
        ("requires: { platform: Linux }", ["requires: { }", "requires: { platform: Any }", "requires: { platform: linux }", "requires: { elevated: true }", "requires: { elevated: 'true' }", "requires: { offline: any }", "requires: { offline: false, platform: Linux }", "requires: { offline: maybe }", "requires: { offline: 'true' }", "requires: { os: Linux }", "requires: Linux", "requires: []", "requires:", ""]),
        ("match: { bugChecks: [0x50] }", ["match: { }", "match: { bugChecks: [] }", "match: { bugChecks: [0xFFFFFFFF] }", "match: { bugChecks: [0x100000000] }", "match: { bugChecks: [-1] }", "match: { bugChecks: ['0x50'] }", "match: { bugChecks: 0x50 }", "match: { faultClasses: [NullDereference, GuardPage] }", "match: { faultClasses: [nullDereference] }", "match: { faultClasses: [5] }", "match: { symptoms: [oops, blue screen] }", "match: { symptoms: [''] }", "match: { symptoms: [1] }", "match: { symptoms: oops }", "match: { words: [oops] }", ""]),
        ("p: { type: text }", ["p: { }", "p: { type: texts }", "p: { type: integer, default: 5 }", "p: { type: integer, default: 5.5 }", "p: { type: integer, default: '5' }", "p: { type: integer, default: '${{ facts.build }}' }", "p: { type: integer, default: 'a ${{ facts.build }}' }", "p: { type: number, default: 5.5, minimum: 1, maximum: 9.5 }", "p: { type: number, minimum: '1' }", "p: { minimum: 1 }", "p: { type: boolean, default: true }", "p: { type: boolean, default: yes }", "p: { type: textList, default: [a, b] }", "p: { type: textList, default: a }", "p: { type: textList, default: [1] }", "p: { type: list, default: [1, a, {}] }", "p: { type: list, default: a }", "p: { type: map, default: { a: 1 } }", "p: { type: map, default: [] }", "p: { type: any, default: 5 }", "p: { type: any, allowed: [1, a] }", "p: { allowed: [a, b] }", "p: { allowed: [1] }", "p: { allowed: [] }", "p: { type: integer, allowed: [1, 2] }", "p: { type: integer, allowed: [a] }", "p: { pattern: 'a+' }", "p: { type: integer, pattern: 'a+' }", "p: { default: ~ }", "p: { required: true, secret: true, description: A text. }", "p: { required: 1 }", "p: { values: [a] }", "p: text", "p:", "p-q: { }", "5: { }", "pq: { description: '' }"]),
        ("variables: { v: 1 }", ["variables: { }", "variables: { a-b: [1, { c: d }] }", "variables: { 'a b': 1 }", "variables: []", "variables: { v: ~ }", "variables: { _x: true }", "variables: 5"]),
        ("outputs: { o: 1 }", ["outputs: { o: '${{ run.id }}' }", "outputs: { 1o: 1 }", "outputs: text", ""]),
        ("id: one\n", ["id: o-1\n", "id: One\n", "id: 1\n", "id: ''\n", "id: o.n\n"]),
        ("title: One\n", ["title: ''\n", "title: 1\n", "tittle: One\n", "title: One\n    why: Because.\n", "title: One\n    why: 5\n", "title: One\n    why: ''\n"]),
        ("action: collect-dumps\n", ["action: collect-dump\n", "action: Collect-Dumps\n", "action: 5\n", "action: []\n", "action: pause\n"]),
        ("inputs: { }", ["inputs: { kinds: [a] }", "inputs: { kinds: a }", "inputs: { kinds: 5 }", "inputs: { kinds: [5] }", "inputs: { kinds: '${{ facts.name }}' }", "inputs: { kinds: ['a ${{ facts.name }}'] }", "inputs: { sinceHours: 24 }", "inputs: { sinceHours: 1.5 }", "inputs: { sinceHours: -1 }", "inputs: { sinceHours: '24' }", "inputs: { sinceHours: '${{ facts.build }}' }", "inputs: { sinceHours: 'x${{ facts.build }}' }", "inputs: { sinceHours: ~ }", "inputs: { required: true }", "inputs: { required: yes }", "inputs: { require: true }", "inputs: { Kinds: [a] }", "inputs: []", "inputs:", ""]),
        ("inputs: { name: oops }", ["inputs: { }", "inputs: { name: 5 }", "inputs: { name: '${{ facts.name }}' }", "inputs: { name: ~ }", "inputs: { name: oops, more: 1 }", ""]),
        ("{ id: last, title: Last, action: pause }", ["{ id: last, title: Last, action: pause, inputs: { seconds: 3600 } }", "{ id: last, title: Last, action: pause, inputs: { seconds: 3601 } }", "{ id: last, title: Last }", "{ title: Last, action: pause }", "{ id: last, action: pause }", "last", "{ id: last, title: Last, action: restart, changes: true, inputs: { timeout: 60 } }", "{ id: last, title: Last, action: restart, changes: true, inputs: { timeout: 60.5 } }", "{ id: last, title: Last, action: restart, changes: true, inputs: { timeout: 0 } }", "{ id: last, title: Last, action: restart }", "{ id: last, title: Last, action: restart, changes: false }", "{ id: last, title: Last, action: set-kernel-option, changes: true, inputs: { options: { a.b: 1 }, scopes: [now, BOOT] } }", "{ id: last, title: Last, action: set-kernel-option, changes: true, inputs: { scopes: [never] } }", "{ id: last, title: Last, action: set-kernel-option, changes: true, inputs: { scopes: Now } }", "{ id: last, title: Last, action: set-kernel-option, changes: true, inputs: { options: [a] } }", "{ id: last, title: Last, action: assert, inputs: { value: 5, equals: [1] } }", "{ id: last, title: Last, action: assert, inputs: { value: ~ } }", "{ id: last, title: Last, action: run-script, inputs: { arguments: [1, a, { b: c }] } }", "{ id: last, title: Last, action: run-script, inputs: { arguments: a } }", "{ id: last, title: Last, action: pause, evidence: [] }", "{ id: last, title: Last, action: pause, evidence: [x] }", "{ id: last, title: Last, action: collect-dumps, evidence: [files, count] }", "{ id: last, title: Last, action: collect-dumps, evidence: [file] }", "{ id: last, title: Last, action: collect-dumps, evidence: files }"]),
        ("{ id: last, title: Last, action: pause }", ["{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: from } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: from }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: from }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: FROM } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: FROM }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: FROM }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: to } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: to }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: to }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: '${{ facts.name }}' } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: '${{ facts.name }}' }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: '${{ facts.name }}' }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 'from${{ facts.name }}' } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 'from${{ facts.name }}' }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 'from${{ facts.name }}' }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: away } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: away }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: away }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: ~ } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: ~ }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: ~ }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: [from] } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: [from] }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: [from] }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 5 } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 5 }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: 5 }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, x: 1, direction: from } }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, x: 1, direction: from }, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, x: 1, direction: from }, changes: false }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a } }", "{ id: last, title: Last, action: copy-file, inputs: { direction: from } }", "{ id: last, title: Last, action: copy-file }", "{ id: last, title: Last, action: copy-file, changes: true }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: from }, evidence: [path] }", "{ id: last, title: Last, action: copy-file, inputs: { source: /a, direction: from }, evidence: [x] }"]),
        ("when: { value: facts.platform, equals: Linux }", ["when: { value: facts.platform, equals: ~ }", "when: { value: facts.platform }", "when: { equals: Linux }", "when: { value: facts.platform, equals: a, in: [a] }", "when: { value: facts.platform, is: a }", "when: { value: facts.platform, in: [a, 5] }", "when: { value: facts.platform, in: a }", "when: { value: facts.platform, in: '${{ host.list }}' }", "when: { value: facts.platform, contains: a }", "when: { value: facts.platform, contains: [a] }", "when: { value: facts.platform, contains: ~ }", "when: { value: facts.platform, matches: 'a+' }", "when: { value: facts.platform, matches: 5 }", "when: { value: facts.build, greaterThan: 5 }", "when: { value: facts.bootTime, lessThan: 2026-11-21T08:00:00Z }", "when: { value: facts.build, lessThan: many }", "when: { value: facts.build, lessThan: true }", "when: { value: facts.build, exists: true }", "when: { value: facts.build, exists: 'true' }", "when: { value: fact.build, exists: true }", "when: { value: 'facts build', exists: true }", "when: { value: '${{ facts.build }}', exists: true }", "when: { value: 5, exists: true }", "when: { all: [{ value: facts.build, exists: true }] }", "when: { all: [] }", "when: { all: { value: facts.build, exists: true } }", "when: { any: [{ value: facts.build, exists: true }, { not: { value: facts.name, equals: a } }] }", "when: { any: [facts.build] }", "when: { not: { value: facts.build, exists: true } }", "when: { not: [{ value: facts.build, exists: true }] }", "when: { not: { value: facts.build, exists: true }, all: [{ value: facts.build, exists: true }] }", "when: { }", "when: facts.build", "when: true", "when:"]),
        ("changes: false", ["changes: true", "changes: no", "changes: 0", "changes: false\n    forEach: [1, 2]", "changes: false\n    forEach: '${{ host.list }}'", "changes: false\n    forEach: 'a ${{ host.list }}'", "changes: false\n    forEach: 5", "changes: false\n    register: r-1", "changes: false\n    register: '1'", "changes: false\n    retry: { count: 3, delay: 0.5, backOff: 2 }", "changes: false\n    retry: { delay: 1 }", "changes: false\n    retry: { count: 0 }", "changes: false\n    retry: { count: 101 }", "changes: false\n    retry: { count: 1.5 }", "changes: false\n    retry: { count: 1, backOff: 0.5 }", "changes: false\n    retry: { count: 1, delay: -1 }", "changes: false\n    retry: { count: 1, until: { value: result.count, greaterThan: 0 } }", "changes: false\n    retry: { count: 1, until: [] }", "changes: false\n    retry: { count: 1, times: 2 }", "changes: false\n    retry: 3", "changes: false\n    timeout: 600", "changes: false\n    timeout: -1", "changes: false\n    timeout: 10m", "changes: false\n    timeout: 604801", "changes: false\n    onFailure: stop", "changes: false\n    onFailure: continue", "changes: false\n    onFailure: roll-back", "changes: false\n    onFailure: rollback", "changes: false\n    onFailure: { goTo: last }", "changes: false\n    onFailure: { goto: last }", "changes: false\n    onFailure: { }", "changes: false\n    onFailure: [stop]", "changes: false\n    confirm: Really?", "changes: false\n    confirm: true", "changes: false\n    confirm: ''", "changes: false\n    restart: allowed", "changes: false\n    restart: required", "changes: false\n    restart: none", "changes: false\n    restart: true", "changes: false\n    unknown: 1"]),
        ("rollback: { action: unblacklist-module, inputs: { name: oops } }", ["rollback: { action: pause }", "rollback: { action: unblacklist-module }", "rollback: { action: unblacklist-module, inputs: { nam: oops } }", "rollback: { inputs: { } }", "rollback: { action: none }", "rollback: pause", "rollback: { action: pause, changes: true }"]),
    ];

    [Fact]
    public void TheSchemaOnDiskIsTheOneOfTheActions()
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "playbooks", "playbook.schema.json");
        string written = PlaybookSchema.Write(PlaybookActions.BuiltIn);
        if (Environment.GetEnvironmentVariable("KERNELFAULT_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(path, written);
        }

        Assert.Equal(written, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task SchemaAndLoaderAcceptAndRejectTheSameDocuments()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(PlaybookSchema.Write(StubActions.All));
        var different = new List<string>();
        int accepted = 0;
        int rejected = 0;
        foreach ((string piece, string[] others) in s_cases)
        {
            foreach (string other in others.Prepend(piece))
            {
                Assert.Contains(piece, Document, StringComparison.Ordinal);
                string text = Document.Replace(piece, other, StringComparison.Ordinal);
                bool loads = !Sample.Problems(text).Any(problem => problem.Severity == PlaybookProblemSeverity.Error);
                bool fits = schema.Validate(Json(text)).Count == 0;
                _ = loads ? accepted++ : rejected++;
                if (loads != fits)
                {
                    different.Add($"{other}: the loader {(loads ? "accepts" : "rejects: " + string.Join(", ", Sample.Problems(text)))}");
                }
            }
        }

        Assert.Empty(different);
        Assert.True(accepted > 70 && rejected > 130, $"{accepted} accepted, {rejected} rejected");
    }

    [Fact]
    public async Task TheBuiltInPlaybooksFitTheSchema()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(PlaybookSchema.Write(PlaybookActions.BuiltIn));
        foreach (string file in Directory.GetFiles(Path.Combine(Corpus.RepositoryRoot, "playbooks"), "*.yaml"))
        {
            Assert.True(schema.Validate(Json(File.ReadAllText(file))).Count == 0, file);
        }
    }

    private static string Json(string text) =>
        JsonSerializer.Serialize(new YamlReader(new PlaybookProblems("x")).Read(text).ToValue());
}
