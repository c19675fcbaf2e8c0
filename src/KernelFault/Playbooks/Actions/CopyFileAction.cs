using System.Globalization;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>copy-file</c>: a file to the machine, or from it.</summary>
internal sealed class CopyFileAction : PlaybookAction
{
    private const long MaximumSent = 256L * 1024 * 1024;
    private const int BufferSize = 128 * 1024;
    private const string Direction = "direction";
    private const string FromMachine = "from";

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "copy-file",
        Title = "Copy a file to or from the machine",
        Description = "Sends a file that lies beside the playbook, or that an earlier step kept, to the machine; or takes one from it and keeps it with the run, which changes nothing there. The SHA-256 of both sides is compared.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("source", PlaybookValueType.Text, "To the machine: a path relative to the playbook's folder, or a file of this run. From it: the whole path there.") { Required = true },
            new ActionInput("destination", PlaybookValueType.Text, "To the machine: the whole path there, its folder exists. From it: a file name; that of the source unless given."),
            new ActionInput(Direction, PlaybookValueType.Text, "Which way. A step that says 'from' as it is, not by an expression, need not say that it changes the machine.") { Allowed = ["to", FromMachine], Default = "to", LooksOnly = [FromMachine] },
            new ActionInput(LocalFile.HashInput, PlaybookValueType.Text, "To the machine: the SHA-256 that the file must have, 64 hexadecimal digits. A run that needs signatures needs it for a file beside the playbook."),
        ],
        Outputs =
        [
            new ActionOutput("path", PlaybookValueType.Text, "Where it lies now: a whole path of the machine, or of this one."),
            new ActionOutput("hash", PlaybookValueType.Text, "SHA-256, 64 lower-case hexadecimal digits."),
            new ActionOutput("length", PlaybookValueType.Integer, "Bytes."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A file that is the same already is left so; another is replaced whole, never in part.",
        DryRun = "Reads the file here and hashes the one there; shows what would be written.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) =>
        string.Equals(context.Text(Direction), FromMachine, StringComparison.OrdinalIgnoreCase) ? From(context, cancellation) : To(context, cancellation);

    private static ActionResult Result(string path, string hash, long length, bool changed, IReadOnlyList<HostStep> steps) => new()
    {
        Outputs = PlaybookValue.Map(("path", path), ("hash", hash), ("length", length)),
        Summary = changed ? $"{path} was written, {length.ToString(CultureInfo.InvariantCulture)} bytes." : $"{path} was the same already.",
        Changed = changed,
        Steps = steps,
    };

    private HostPlan<ActionResult> To(ActionContext context, CancellationToken cancellation)
    {
        IHost host = context.Host;
        string destination = HostPath.Of(context, Info.Name, "destination");
        byte[] content = LocalFile.Read(context, Info.Name, Needed(context, "source"), MaximumSent, out string hash);
        HostFile? there = host.FindFile(destination, cancellation);
        if (there is { IsFolder: true })
        {
            throw Unusable($"'{destination}' is a folder of the machine; the whole path of the file is expected.");
        }

        if (there is not null && there.Length == content.Length && host.HashFile(destination, cancellation) == hash)
        {
            return new HostPlan<ActionResult>((_, _) => Result(destination, hash, content.Length, changed: false, []));
        }

        return new HostPlan<ActionResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(host);
            recorder.WriteFile(destination, content, token);
            string written = host.HashFile(destination, token);
            ActionResult result = Result(destination, hash, content.Length, changed: true, recorder.Steps);
            return written == hash ? result : result with { Failure = $"What lies at {destination} now has the SHA-256 {written}, and {hash} was sent." };
        })
        {
            Steps = [$"{(there is null ? "Write" : "Replace")} {destination} ({content.Length.ToString(CultureInfo.InvariantCulture)} bytes, SHA-256 {hash})"],
        };
    }

    private HostPlan<ActionResult> From(ActionContext context, CancellationToken cancellation)
    {
        IHost host = context.Host;
        string source = HostPath.Of(context, Info.Name, "source");
        string name = context.Text("destination") ?? source.Substring(source.LastIndexOfAny(['/', '\\']) + 1);
        if (name != SafeName.Of(name))
        {
            if (context.Text("destination") is not null)
            {
                throw Unusable("'destination' is the name of a file in the run's folder: letters, digits, dots, - and _.");
            }

            name = SafeName.Of(name);
        }

        return new HostPlan<ActionResult>((progress, token) =>
        {
            HostFile file = host.FindFile(source, token) is { IsFolder: false } found ? found : throw new HostException(host.Name, HostErrorKind.NotFound, $"There is no file '{source}'.");
            string path = Path.Combine(context.Folder, name);
            string expected = host.HashFile(source, token);
            long length = Save(host, file, path, progress, token);
            string hash = LocalFiles.Hash(host.Name, path, token);
            return Result(path, hash, length, changed: false, []) with
            {
                Summary = $"{source} was kept, {length.ToString(CultureInfo.InvariantCulture)} bytes.",
                Failure = hash == expected ? null : $"What came of {source} has the SHA-256 {hash}, and the machine says {expected}: it was changed meanwhile, or came damaged.",
                Files = [path],
            };
        });
    }

    private static long Save(IHost host, HostFile file, string path, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
            // A file that grows while it is copied, or a machine that does not stop, ends here and not when the disk is full.
            long most = file.Length + MaximumSent;
            using var counted = new CountingStream(target, length =>
            {
                if (length > most)
                {
                    throw new HostException(host.Name, HostErrorKind.TooLarge, $"'{file.Path}' had {file.Length} bytes, and more than {most} came.");
                }

                progress.Report(new HostProgress("Copying " + file.Path, file.Length > 0 ? Math.Min(100, 100.0 * length / file.Length) : null));
            });
            host.CopyFrom(file.Path, 0, counted, cancellation);
            return target.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"'{path}' cannot be written: {e.Message}", e);
        }
    }
}
