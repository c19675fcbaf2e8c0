using System.Text;
using System.Text.Json;
using KernelFault.Drivers;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Keeps what a step asks for: each output as JSON, and the files that outputs name. Only files below the run's folder, and on the
/// machine this runs on those that it names itself: what another machine says must not make us copy a file of ours.
/// </summary>
internal static class StepEvidence
{
    private const int MaximumFiles = 1000;

    /// <summary>Keeps it.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="label">The step.</param>
    /// <param name="evidence">Names of the outputs that it asks to keep.</param>
    /// <param name="inputs">What it was given: a file that the playbook names is one that it may keep.</param>
    /// <param name="outputs">What it gave.</param>
    /// <param name="files">Files that the action made.</param>
    /// <param name="warnings">Gets what could not be kept.</param>
    /// <returns>What was kept.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal static IReadOnlyList<EvidenceFile> Keep(HostWork work, StepLabel label, IReadOnlyList<string> evidence, IReadOnlyDictionary<string, object?> inputs, IReadOnlyDictionary<string, object?> outputs, IReadOnlyList<string> files, List<string> warnings)
    {
        var kept = new Dictionary<string, EvidenceFile>(StringComparer.Ordinal);
        var named = new List<string>(files);
        string folder = Path.Combine(work.Folder, FileName(label));
        foreach (string name in evidence)
        {
            if (!outputs.TryGetValue(name, out object? value) || value is null)
            {
                warnings.Add($"There is no output '{name}' to keep.");
                continue;
            }

            string[] paths = [.. Texts(value).Where(IsFile)];
            named.AddRange(paths.Where(path => work.Run.Below(path) is not null));
            foreach (string path in paths.Where(path => work.Run.Below(path) is null))
            {
                if (work.Host.Kind == HostKind.Local || inputs.Values.SelectMany(Texts).Contains(path, StringComparer.Ordinal))
                {
                    Directory.CreateDirectory(folder);
                    string copy = Path.Combine(folder, Path.GetFileName(path));
                    File.Copy(path, copy, overwrite: true);
                    named.Add(copy);
                }
                else
                {
                    warnings.Add($"'{path}' lies outside of the run's folder and is not kept.");
                }
            }

            Directory.CreateDirectory(folder);
            string content = Path.Combine(folder, name + ".json");
            File.WriteAllText(content, JsonSerializer.Serialize(work.Secrets.Value(value)), new UTF8Encoding(false));
            named.Add(content);
        }

        foreach (string path in named.Take(MaximumFiles))
        {
            string? below = work.Run.Below(path);
            if (below is null || !File.Exists(path))
            {
                warnings.Add($"'{path}' is not a file below the run's folder and is not kept.");
                continue;
            }

            if (!kept.ContainsKey(below))
            {
                kept.Add(below, new EvidenceFile(below, new FileInfo(path).Length, FileHash.Sha256(path)));
            }
        }

        return [.. kept.Values];
    }

    private static string FileName(StepLabel label) => label.Id.Replace('/', '.') + (label.Item is { } item ? "." + PlaybookValue.Text((long)item) : string.Empty);

    private static bool IsFile(string text) => text.Length is > 1 and < 4096 && text.IndexOf('\0') < 0 && Path.IsPathRooted(text) && File.Exists(text);

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        IReadOnlyDictionary<string, object?> map => map.Values.SelectMany(Texts),
        IReadOnlyList<object?> list => list.SelectMany(Texts),
        _ => [],
    };
}
