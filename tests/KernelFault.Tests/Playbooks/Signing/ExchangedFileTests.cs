using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Tests.Playbooks.Signing;

/// <summary>Files that a playbook brings and somebody exchanges while its run waits for a person.</summary>
public sealed class ExchangedFileTests : IDisposable
{
    private const string Inner = """
        version: 1
        name: inner
        title: Inner
        description: Looks.
        steps:
          - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }
        """;

    private readonly X509Certificate2 _signer = TestCertificate.Make("Operations");
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-exchange").FullName;
    private readonly RunStore _store;

    public ExchangedFileTests() => _store = new RunStore(Path.Combine(_folder, "runs"));

    public void Dispose()
    {
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void AnIncludedPlaybookThatWasExchangedIsNotRun()
    {
        Write("inner.yaml", Inner);
        string id = Begin(Outer("inner.yaml"), null);
        Write("inner.yaml", Inner + "\n# exchanged");

        PlaybookException refused = Assert.Throws<PlaybookException>(() => Resume(id));

        Assert.Contains("inner.yaml', which the playbook", refused.Message, StringComparison.Ordinal);
        Assert.Contains("was changed since it was begun", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.NeedsPerson, Assert.Single(_store.Read(id).Hosts).Status);

        Write("inner.yaml", Inner);
        Assert.Equal(RunStatus.Succeeded, Resume(id).Status);
    }

    [Fact]
    public void SoIsOneThatAnIncludedPlaybookIncludes()
    {
        Write("middle.yaml", Outer("inner.yaml").Replace("name: outer", "name: middle", StringComparison.Ordinal));
        Write("inner.yaml", Inner);
        string id = Begin(Outer("middle.yaml"), null);
        Write("inner.yaml", Inner + "\n# exchanged");

        Assert.Contains("inner.yaml", Assert.Throws<PlaybookException>(() => Resume(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AScriptThatWasExchangedIsNotRun()
    {
        Write("fix.sh", "echo good");
        string id = Begin(Playbook("{ id: later, title: Later, action: run-script, inputs: { shell: sh, file: fix.sh } }"), null);
        Write("fix.sh", "echo bad");

        Assert.Contains("fix.sh", Assert.Throws<PlaybookException>(() => Resume(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatWasNotThereIsNotRunWhenItIsThere()
    {
        string id = Begin(Outer("inner.yaml"), null);
        Write("inner.yaml", Inner);

        Assert.Contains("was not there when it was begun", Assert.Throws<PlaybookException>(() => Resume(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignatureThatWasNeededIsNeededWhenTheRunGoesOn()
    {
        Write("inner.yaml", Inner);
        Sign("inner.yaml");
        string text = Outer("${{ parameters.which }}").Replace("steps:", "parameters: { which: { type: text, required: true } }\nsteps:", StringComparison.Ordinal);
        var trust = new PlaybookTrust([TrustedSigner.Of(_signer)]);
        string id = Begin(text, trust, ("which", "inner.yaml"));

        // What only an expression names has no hash to compare with.
        Write("inner.yaml", Inner + "\n# exchanged");
        HostRun run = Resume(id);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("is not run: ", run.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Steps, step => step.Id == "later/look");
    }

    [Theory]
    [InlineData("run-script, inputs: { shell: sh, file: fix.sh")]
    [InlineData("copy-file, changes: true, inputs: { source: fix.sh, destination: /etc/fix.sh")]
    public void AFileBesideASignedPlaybookIsTakenOnlyWithItsHash(string step)
    {
        Write("fix.sh", "echo good");
        var trust = new PlaybookTrust([TrustedSigner.Of(_signer)]);
        string hash = Convert.ToHexStringLower(SHA256.HashData("echo good"u8));

        HostRun without = Resume(Begin(Playbook("{ id: later, title: Later, action: " + step + " } }"), trust));
        HostRun other = Resume(Begin(Playbook("{ id: later, title: Later, action: " + step + $", hash: '{new string('0', 64)}' }} }}"), trust));
        HostRun with = Resume(Begin(Playbook("{ id: later, title: Later, action: " + step + $", hash: {hash} }} }}"), trust));

        Assert.Equal((RunStatus.Failed, RunStatus.Failed), (without.Status, other.Status));
        Assert.Contains("is signed by nobody", without.Summary, StringComparison.Ordinal);
        Assert.Contains(hash, other.Summary, StringComparison.Ordinal);

        // The recording has no answer to what is run then, which is as far as it comes.
        Assert.DoesNotContain("SHA-256", with.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("is signed by nobody", Resume(Begin(Playbook("{ id: later, title: Later, action: " + step + " } }"), null)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatNeededNoSignatureNeedsNoneWhenItGoesOn()
    {
        Write("inner.yaml", Inner);
        string id = Begin(Outer("inner.yaml"), null);

        Assert.Null(_store.Trust(id));
        Assert.Equal(RunStatus.Succeeded, Resume(id).Status);
    }

    [Fact]
    public void TheSignerIsNamedWithTheFile()
    {
        Write("inner.yaml", Inner);
        Assert.Null(new PlaybookFiles(PlaybookActions.BuiltIn).Read(Path.Combine(_folder, "inner.yaml")).Signer);
        Sign("inner.yaml");
        var files = new PlaybookFiles(PlaybookActions.BuiltIn, new PlaybookTrust([TrustedSigner.Of(_signer)]));

        Assert.Equal("CN=Operations", files.Read(Path.Combine(_folder, "inner.yaml")).Signer);
        Assert.Null(files.FindBuiltIn("windows-updates")!.Signer);
        Write("inner.yaml", Inner + "\n# exchanged");
        Assert.Throws<PlaybookException>(() => files.Read(Path.Combine(_folder, "inner.yaml")));
    }

    private static string Playbook(string step) => $$"""
        version: 1
        name: outer
        title: Outer
        description: Asks, then goes on.
        steps:
          - { id: ask, title: Ask, action: assert, confirm: Go on?, inputs: { value: 1, equals: 1 } }
          - {{step}}
        """;

    private static string Outer(string inner) => Playbook("{ id: later, title: Later, action: include, inputs: { playbook: \"" + inner + "\" } }");

    private static RunTarget Machine() => new("debian", _ => new RecordedHost("debian", HostRecording.Load(Path.Combine(Corpus.RepositoryRoot, "samples", "recordings", "linux-debian"))));

    private void Write(string name, string text) => File.WriteAllBytes(Path.Combine(_folder, name), Encoding.UTF8.GetBytes(text));

    private void Sign(string name) => File.WriteAllBytes(SignatureFile.PathOf(Path.Combine(_folder, name)), new PlaybookSigner(_signer).Sign(File.ReadAllBytes(Path.Combine(_folder, name))));

    private string Begin(string text, PlaybookTrust? trust, params (string Name, object? Value)[] parameters)
    {
        Write("outer.yaml", text);
        if (trust is not null)
        {
            Sign("outer.yaml");
        }

        var files = new PlaybookFiles(PlaybookActions.BuiltIn, trust);
        PlaybookDocument document = files.Read(Path.Combine(_folder, "outer.yaml"));
        var request = new RunRequest { Playbook = document.Playbook, PlaybookBytes = document.Bytes, Signer = document.Signer, Trust = trust, Targets = [Machine()], Parameters = PlaybookValue.Map(parameters) };
        using PlaybookRollout rollout = PlaybookRollout.Begin(request, new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files }, _store, CancellationToken.None);
        Assert.Equal(RunStatus.NeedsPerson, TakeOne(rollout).Status);
        return rollout.RunId;
    }

    private HostRun Resume(string id)
    {
        var files = new PlaybookFiles(PlaybookActions.BuiltIn, _store.Trust(id));
        var continuation = new RunContinuation { Folder = _store.Folder(id), Connect = _ => Machine(), Force = true };
        using PlaybookRollout rollout = PlaybookRollout.Resume(continuation, files.OfRun(_store, id), new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files }, rehearse: false, CancellationToken.None);
        return TakeOne(rollout);
    }

    private static HostRun TakeOne(PlaybookRollout rollout)
    {
        HostRun? run = null;
        while (!rollout.IsOver)
        {
            run = rollout.Take(TimeSpan.FromSeconds(1)) ?? run;
        }

        return run!;
    }
}
