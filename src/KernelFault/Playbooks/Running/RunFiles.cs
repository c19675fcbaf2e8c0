using KernelFault.Drivers;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// The files that a playbook brings: those it includes, and those that steps name beside it. The playbook itself is kept with the run;
/// these are not, so their hashes are. A file that only an expression names cannot be known beforehand.
/// </summary>
internal static class RunFiles
{
    /// <summary>Finds them, and those of the playbooks that it includes.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="services">Actions, and where included playbooks are found.</param>
    /// <returns>The files, each once; none for a playbook that comes with this library.</returns>
    internal static IReadOnlyList<RunStartedFile> Of(Playbook playbook, RunServices services)
    {
        var found = new Dictionary<string, RunStartedFile>(StringComparer.Ordinal);
        Add(playbook, services, found, depth: 1);
        return [.. found.Values];
    }

    /// <summary>What became of a file since.</summary>
    /// <param name="files">The files.</param>
    /// <returns>A file that is not what it was; null when all are.</returns>
    internal static RunStartedFile? FindChanged(IEnumerable<RunStartedFile> files) => files.FirstOrDefault(file => Hash(file.Path) != file.Hash);

    private static void Add(Playbook playbook, RunServices services, Dictionary<string, RunStartedFile> found, int depth)
    {
        if (playbook.IsBuiltIn || depth > RunFrame.MaximumDepth)
        {
            return;
        }

        string folder = Path.GetDirectoryName(playbook.Path)!;
        foreach (PlaybookCall call in playbook.Steps.Select(step => step.Call))
        {
            bool includes = call.Action == IncludeAction.Name;
            string[] inputs = includes ? [IncludeAction.PlaybookInput]
                : [.. (services.Actions.FindInfo(call.Action)?.Inputs ?? []).Where(input => input.IsBesidePlaybook).Select(input => input.Name)];
            foreach (string name in inputs.Select(input => call.Inputs.TryGetValue(input, out object? value) ? value : null).OfType<string>())
            {
                if (PlaybookValueRule.IsTemplate(name) || PlaybookFile.PathProblem(name) is not null)
                {
                    continue;
                }

                Playbook? included = includes ? Find(name, playbook, services) : null;
                string path = PlaybookFile.Resolve(folder, name);
                if (included?.IsBuiltIn == true || found.ContainsKey(path))
                {
                    continue;
                }

                found.Add(path, new RunStartedFile(path, Hash(path)));
                if (included is not null)
                {
                    Add(included, services, found, depth + 1);
                }
            }
        }
    }

    // One that cannot be read now is told of by the step that needs it.
    private static Playbook? Find(string name, Playbook playbook, RunServices services)
    {
        try
        {
            return services.Playbooks?.Find(name, playbook);
        }
        catch (PlaybookException)
        {
            return null;
        }
    }

    private static string? Hash(string path)
    {
        try
        {
            return File.Exists(path) ? FileHash.Sha256(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The file '{path}' cannot be read: {e.Message}", e);
        }
    }
}
